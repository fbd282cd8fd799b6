// Build tool: prelink.mjs LIBDIR makes the sysroot's shared libraries cheap to load, in place. Loading was half of the
// time that `console.log` takes, and nearly all of that was ld.so looking for symbols.
//
// 1. Every library's references to its own symbols are bound ahead of time (what `-Bsymbolic` does at link time): such a
//    relocation becomes R_X86_64_RELATIVE, one addition. Left alone are symbols that must stay unique in the process
//    (STB_GNU_UNIQUE, weak data other than vtables and typeinfo), thread-locals, ifuncs, and operator new and delete, which
//    a program may replace.
// 2. libnode.so is used as V8 alone. What only the rest of it needs (OpenSSL, SQLite, nghttp2, ...) is cut: the entries
//    in DT_NEEDED go, and their functions become one that returns 0 (static constructors of that rest call a few of them).
//    What those constructors use for real (libuv's mutexes, three version strings) comes from the executable.
// 3. Each library gets a place in the address space of its own, which ld.so asks the kernel for. There, the words that
//    depend on the place are right as they stand in the file: a hundred thousand RELATIVE relocations, and the copying of
//    each page that they write to, fall away. The executable finds the list of them (DT_VIREO_RELATIVE) and does them
//    should a library ever lie elsewhere: src/engine/relocate.cc. Engines that are linked into an executable at a fixed
//    address, as other runtimes' are, lie no less predictably.
import fs from 'node:fs';
import path from 'node:path';

const R_64 = 1;
const R_GLOB_DAT = 6;
const R_JUMP_SLOT = 7;
const R_RELATIVE = 8;
const R_NONE = 0;
const R_IRELATIVE = 37;
const DT = {
  NEEDED: 1,
  PLTRELSZ: 2,
  PLTGOT: 3,
  STRTAB: 5,
  SYMTAB: 6,
  RELA: 7,
  RELASZ: 8,
  PLTREL: 20,
  JMPREL: 23,
  FLAGS: 30,
};
/** Entries of the dynamic section that hold addresses, beyond those above. */
const DT_ADDRESSES = new Set([
  DT.PLTGOT,
  4 /* HASH */,
  DT.STRTAB,
  DT.SYMTAB,
  DT.RELA,
  12 /* INIT */,
  13 /* FINI */,
  DT.JMPREL,
  25 /* INIT_ARRAY */,
  26 /* FINI_ARRAY */,
  0x6ffffef5 /* GNU_HASH */,
  0x6ffffff0 /* VERSYM */,
  0x6ffffffc /* VERDEF */,
  0x6ffffffe /* VERNEED */,
]);
/** Our own: where the RELATIVE relocations are that nobody need do in the usual place, and their size in bytes. */
const DT_VIREO_RELATIVE = 0x6ffff0a0;
const DT_VIREO_RELATIVE_SIZE = 0x6ffff0a1;
const STT_TLS = 6;
const SHN_ABS = 0xfff1;
const SHF_ALLOC = 2;
const PT_GNU_STACK = 0x6474e551;
/** Where the libraries go: within what both the kernel and the address maps of sanitizers leave to programs. */
const FIRST_PLACE = 0x559000000000n;
const PLACE_SIZE = 0x10000000n;
const DF_BIND_NOW = 8;
const DT_RELACOUNT = 0x6ffffff9;
const DT_VERSYM = 0x6ffffff0;
const DT_VERNEED = 0x6ffffffe;
const DT_VERNEEDNUM = 0x6fffffff;
const STB_GLOBAL = 1;
const STB_WEAK = 2;
const STT_OBJECT = 1;
const STT_FUNC = 2;
const PT_LOAD = 1;
const PF_X = 1;
const PT_DYNAMIC = 2;

/** The library that V8 lives in, what of the others V8 needs, and what static constructors there need of libuv. */
const V8_LIBRARY = 'libnode.so.137';
const V8_NEEDS = /^(ld-linux-x86-64|libc|libm|libgcc_s|libstdc\+\+|libicui18n|libicuuc|libsimdutf)\.so/;
const FROM_EXECUTABLE =
  /^(uv_(mutex|cond|rwlock|key|once|sem|thread)_\w+|uv_version_string|zlibVersion|OpenSSL_version)$/;

/** The libraries of the sysroot that Vireo loads. Libraries of the C library itself stay as they are. */
const LIBRARIES = [
  V8_LIBRARY,
  'libada-url0.so.3',
  'libcrypto.so.3',
  'libssl.so.3',
  'libicui18n.so.78',
  'libicuuc.so.78',
  'libsimdutf.so.35',
  'libstdc++.so.6',
];

/** A 64-bit little-endian shared library, in memory. */
class Library {
  constructor(file) {
    this.file = file;
    this.bytes = fs.readFileSync(file);
    const { bytes } = this;
    if (bytes.toString('latin1', 0, 4) !== '\x7fELF' || bytes[4] !== 2 || bytes[5] !== 1)
      throw new Error(`${file}: not a 64-bit little-endian ELF file`);
    this.segments = [];
    const phoff = this.u64(32);
    const phentsize = bytes.readUInt16LE(54);
    let dynamic;
    for (let i = 0; i < bytes.readUInt16LE(56); i++) {
      const at = phoff + i * phentsize;
      const type = bytes.readUInt32LE(at);
      if (type === PT_LOAD)
        this.segments.push({
          offset: this.u64(at + 8),
          address: this.u64(at + 16),
          size: this.u64(at + 32),
          isCode: (bytes.readUInt32LE(at + 4) & PF_X) !== 0,
        });
      if (type === PT_DYNAMIC) dynamic = { offset: this.u64(at + 8), size: this.u64(at + 32) };
    }
    this.dynamic = [];
    this.dynamicStart = dynamic.offset;
    for (let at = dynamic.offset; at < dynamic.offset + dynamic.size; at += 16) {
      const tag = this.u64(at);
      if (tag === 0) break;
      this.dynamic.push({ tag, value: this.u64(at + 8), at });
    }
    this.dynamicEnd = dynamic.offset + dynamic.size;
    this.symtab = this.offsetOf(this.entry(DT.SYMTAB).value);
    this.strtab = this.offsetOf(this.entry(DT.STRTAB).value);
  }

  u64(offset) {
    return Number(this.bytes.readBigUInt64LE(offset));
  }

  entry(tag) {
    return this.dynamic.find((entry) => entry.tag === tag);
  }

  offsetOf(address) {
    const segment = this.segments.find((s) => address >= s.address && address < s.address + s.size);
    if (!segment) throw new Error(`${this.file}: address ${address.toString(16)} is in no segment`);
    return address - segment.address + segment.offset;
  }

  /** The address of some code that is made of these bytes. */
  findCode(code) {
    for (const { offset, address, size, isCode } of this.segments) {
      const at = isCode ? this.bytes.subarray(offset, offset + size).indexOf(code) : -1;
      if (at !== -1) return address + at;
    }
    throw new Error(`${this.file}: no such code`);
  }

  text(offset) {
    const start = this.strtab + offset;
    return this.bytes.toString('latin1', start, this.bytes.indexOf(0, start));
  }

  symbol(index) {
    const at = this.symtab + index * 24;
    const { bytes } = this;
    return {
      index,
      name: this.text(bytes.readUInt32LE(at)),
      binding: bytes[at + 4] >> 4,
      type: bytes[at + 4] & 15,
      isDefined: bytes.readUInt16LE(at + 6) !== 0,
      value: bytes.readBigUInt64LE(at + 8),
    };
  }

  /** All names defined here. The symbol table ends where the string table begins, with every linker there is. */
  definedNames() {
    const names = new Set();
    for (let i = 1; this.symtab + i * 24 < this.strtab; i++) {
      const { name, isDefined } = this.symbol(i);
      if (isDefined) names.add(name);
    }
    return names;
  }

  /** Calls `visit(offset of the entry, symbol)` for each relocation that names a symbol. */
  eachSymbolic(visit) {
    const tables = [[this.entry(DT.RELA).value, this.entry(DT.RELASZ).value]];
    // Without BIND_NOW, calls are bound when they are first made, and ld.so wants nothing but JUMP_SLOT in that table.
    if (this.entry(DT.JMPREL) && this.isEager)
      tables.push([this.entry(DT.JMPREL).value, this.entry(DT.PLTRELSZ).value]);
    for (const [address, size] of tables) {
      const table = this.offsetOf(address);
      for (let at = table; at < table + size; at += 24) {
        const type = this.bytes.readUInt32LE(at + 8);
        if (type === R_64 || type === R_GLOB_DAT || type === R_JUMP_SLOT)
          visit(at, this.symbol(this.bytes.readUInt32LE(at + 12)), type);
      }
    }
  }

  setRelocation(at, type, addend) {
    this.bytes.writeUInt32LE(type, at + 8);
    this.bytes.writeUInt32LE(0, at + 12);
    this.bytes.writeBigInt64LE(addend, at + 16);
  }

  get isEager() {
    return ((this.entry(DT.FLAGS)?.value ?? 0) & DF_BIND_NOW) !== 0;
  }

  /** With BIND_NOW, the relocations of calls are like any other: one table, where linkers put the two side by side. */
  mergeTables() {
    const [rela, size, calls] = [this.entry(DT.RELA), this.entry(DT.RELASZ), this.entry(DT.JMPREL)];
    if (!this.isEager || !calls || rela.value + size.value !== calls.value) return;
    size.value += this.entry(DT.PLTRELSZ).value;
    const gone = [DT.JMPREL, DT.PLTRELSZ, DT.PLTREL];
    this.dynamic = this.dynamic.filter(({ tag }) => !gone.includes(tag));
    this.writeDynamic();
  }

  /** ld.so does the leading RELATIVE relocations in a tight loop of their own: all of them go first, by address. */
  sortRelocations() {
    const at = this.offsetOf(this.entry(DT.RELA).value);
    const table = this.bytes.subarray(at, at + this.entry(DT.RELASZ).value);
    const relative = [];
    const others = [];
    for (let i = 0; i < table.length; i += 24) {
      const relocation = Buffer.from(table.subarray(i, i + 24));
      (relocation.readUInt32LE(8) === R_RELATIVE ? relative : others).push(relocation);
    }
    relative.sort((a, b) => Number(a.readBigUInt64LE(0) - b.readBigUInt64LE(0)));
    Buffer.concat([...relative, ...others]).copy(table);
    const count = this.entry(DT_RELACOUNT);
    if (count) this.bytes.writeBigUInt64LE(BigInt(relative.length), count.at + 8);
  }

  /** Forgets a needed library: its entry in the dynamic section, and the list of the symbol versions wanted of it. */
  forget(name) {
    this.dynamic = this.dynamic.filter(({ tag, value }) => tag !== DT.NEEDED || this.text(value) !== name);
    let previous = -1;
    let at = this.entry(DT_VERNEED) ? this.offsetOf(this.entry(DT_VERNEED).value) : -1;
    const count = this.entry(DT_VERNEEDNUM);
    while (at !== -1) {
      const next = this.bytes.readUInt32LE(at + 12);
      if (this.text(this.bytes.readUInt32LE(at + 4)) === name) {
        if (previous === -1) throw new Error(`${this.file}: ${name} comes first among the versions`);
        this.bytes.writeUInt32LE(next === 0 ? 0 : at + next - previous, previous + 12);
        count.value--;
      } else {
        previous = at;
      }
      at = next === 0 ? -1 : at + next;
    }
  }

  /** Any version of this symbol will do. */
  forgetVersion(index) {
    this.bytes.writeUInt16LE(1, this.offsetOf(this.entry(DT_VERSYM).value) + index * 2);
  }

  writeDynamic() {
    const start = this.dynamicStart;
    this.dynamic.forEach(({ tag, value }, i) => {
      this.bytes.writeBigUInt64LE(BigInt(tag), start + i * 16);
      this.bytes.writeBigUInt64LE(BigInt(value), start + i * 16 + 8);
    });
    const end = start + this.dynamic.length * 16;
    this.bytes.fill(0, end, end + 16);
    this.dynamic.forEach((entry, i) => (entry.at = start + i * 16));
  }

  add(offset, difference) {
    this.bytes.writeBigUInt64LE(this.bytes.readBigUInt64LE(offset) + difference, offset);
  }

  /** Moves the library to `base`, from 0, and takes the RELATIVE relocations out of ld.so's sight. */
  place(base) {
    const { bytes } = this;
    const table = this.offsetOf(this.entry(DT.RELA).value);
    const size = this.entry(DT.RELASZ).value;
    const tables = [[table, size]];
    const { JMPREL, PLTRELSZ } = DT;
    if (this.entry(JMPREL)) tables.push([this.offsetOf(this.entry(JMPREL).value), this.entry(PLTRELSZ).value]);
    let relative = 0;
    for (const [start, length] of tables) {
      for (let at = start; at < start + length; at += 24) {
        const type = bytes.readUInt32LE(at + 8);
        const place = this.u64(at);
        this.add(at, base);
        if (type === R_RELATIVE || type === R_IRELATIVE) this.add(at + 16, base);
        if (type === R_RELATIVE) {
          if (start !== table || at !== table + relative * 24)
            throw new Error(`${this.file}: a RELATIVE relocation late`);
          relative++;
          bytes.writeBigUInt64LE(bytes.readBigUInt64LE(at + 16), this.offsetOf(place));
        }
        // Until it is bound, an entry holds the address of the code that has it bound.
        if (type === R_JUMP_SLOT && bytes.readBigUInt64LE(this.offsetOf(place)) !== 0n)
          this.add(this.offsetOf(place), base);
      }
    }
    for (let at = this.symtab; at + 24 <= this.strtab; at += 24) {
      const section = bytes.readUInt16LE(at + 6);
      if (section !== 0 && section !== SHN_ABS && (bytes[at + 4] & 15) !== STT_TLS) this.add(at + 8, base);
    }

    const rest = this.entry(DT.RELA);
    const first = BigInt(rest.value) + base;
    rest.value += relative * 24;
    this.entry(DT.RELASZ).value -= relative * 24;
    this.entry(DT_RELACOUNT).value = 0;
    for (const entry of this.dynamic) if (DT_ADDRESSES.has(entry.tag)) entry.value = BigInt(entry.value) + base;
    this.dynamic.push({ tag: DT_VIREO_RELATIVE, value: first }, { tag: DT_VIREO_RELATIVE_SIZE, value: relative * 24 });
    if (this.dynamicStart + (this.dynamic.length + 1) * 16 > this.dynamicEnd)
      throw new Error(`${this.file}: no room in the dynamic section`);
    this.writeDynamic();

    const [phoff, shoff] = [this.u64(32), this.u64(40)];
    for (let i = 0; i < bytes.readUInt16LE(56); i++) {
      const at = phoff + i * bytes.readUInt16LE(54);
      if (bytes.readUInt32LE(at) === PT_GNU_STACK) continue;
      this.add(at + 16, base);
      this.add(at + 24, base);
    }
    for (let i = 0; i < bytes.readUInt16LE(60); i++) {
      const at = shoff + i * bytes.readUInt16LE(58);
      if ((this.u64(at + 8) & SHF_ALLOC) !== 0) this.add(at + 16, base);
    }
    return relative;
  }

  /**
   * A new file under the old name: programs that run from the old one go on undisturbed. Written in small pieces, since
   * recent kernels keep a big write as big folios in the page cache, and map a whole folio at the first touch of a page
   * in it: 15 MB more of resident memory.
   */
  save() {
    const temporary = `${this.file}.new`;
    const fd = fs.openSync(temporary, 'w', fs.statSync(this.file).mode);
    for (let at = 0; at < this.bytes.length; at += 16384)
      fs.writeSync(fd, this.bytes, at, Math.min(16384, this.bytes.length - at));
    fs.closeSync(fd);
    fs.renameSync(temporary, this.file);
  }
}

function isOwn({ name, binding, type, isDefined }) {
  if (!isDefined || /^_Z(n|d)[aw]/.test(name)) return false;
  if (type === STT_FUNC) return binding === STB_GLOBAL || binding === STB_WEAK;
  if (type !== STT_OBJECT) return false;
  return binding === STB_GLOBAL || (binding === STB_WEAK && /^_ZT[VIS]/.test(name));
}

function bindOwn(library) {
  let bound = 0;
  library.eachSymbolic((at, symbol, type) => {
    if (!isOwn(symbol)) return;
    const addend = type === R_64 ? library.bytes.readBigInt64LE(at + 16) : 0n;
    library.setRelocation(at, R_RELATIVE, BigInt.asIntN(64, symbol.value + addend));
    bound++;
  });
  return bound;
}

/** Cuts libnode.so down to what V8 needs. */
function keepV8(library, directory) {
  const available = new Set();
  for (const { tag, value } of library.dynamic.slice()) {
    if (tag !== DT.NEEDED) continue;
    const name = library.text(value);
    if (V8_NEEDS.test(name))
      for (const symbol of new Library(path.join(directory, name)).definedNames()) available.add(symbol);
    else library.forget(name);
  }
  library.writeDynamic();
  const returnsZero = BigInt(library.findCode(Buffer.from([0x31, 0xc0, 0xc3]))); // xor eax, eax; ret
  let cut = 0;
  library.eachSymbolic((at, { index, name, binding, type, isDefined }) => {
    if (isDefined || binding === STB_WEAK || available.has(name)) return;
    if (FROM_EXECUTABLE.test(name)) return library.forgetVersion(index);
    if (type === STT_OBJECT) library.setRelocation(at, R_NONE, 0n);
    else library.setRelocation(at, R_RELATIVE, returnsZero);
    cut++;
  });
  return cut;
}

const directory = process.argv[2];
for (const name of LIBRARIES) {
  const library = new Library(fs.realpathSync(path.join(directory, name)));
  const cut = name === V8_LIBRARY ? keepV8(library, directory) : 0;
  const bound = bindOwn(library);
  library.mergeTables();
  library.sortRelocations();
  const settled = library.place(FIRST_PLACE + BigInt(LIBRARIES.indexOf(name)) * PLACE_SIZE);
  library.save();
  console.error(`prelink: ${name}: ${bound} references bound, ${cut} cut, ${settled} settled`);
}
