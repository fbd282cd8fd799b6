// Build tool: bind_symbols.mjs LIBRARY... binds each shared library's references to its own symbols ahead of time, in place.
//
// A library such as libnode.so carries some ten thousand relocations that name symbols which it defines itself; ld.so looks
// each of them up through every loaded library at every start. What `-Bsymbolic` would have done at link time is done here
// afterwards: such a relocation becomes R_X86_64_RELATIVE, which is one addition. Left alone are symbols that must stay
// unique in the process (STB_GNU_UNIQUE, weak data other than vtables), thread-locals and ifuncs.
import fs from 'node:fs';

const R_64 = 1;
const R_GLOB_DAT = 6;
const R_JUMP_SLOT = 7;
const R_RELATIVE = 8;
const DT = { PLTRELSZ: 2, STRTAB: 5, SYMTAB: 6, RELA: 7, RELASZ: 8, JMPREL: 23, RELACOUNT: 0x6ffffff9 };
const STB_GLOBAL = 1;
const STB_WEAK = 2;
const STT_OBJECT = 1;
const STT_FUNC = 2;
const PT_LOAD = 1;
const PT_DYNAMIC = 2;

function bind(file) {
  const bytes = fs.readFileSync(file);
  if (bytes.toString('latin1', 0, 4) !== '\x7fELF' || bytes[4] !== 2 || bytes[5] !== 1)
    throw new Error(`${file}: not a 64-bit little-endian ELF file`);
  const u64 = (offset) => Number(bytes.readBigUInt64LE(offset));

  const segments = [];
  const phoff = u64(32);
  const phentsize = bytes.readUInt16LE(54);
  let dynamic;
  for (let i = 0; i < bytes.readUInt16LE(56); i++) {
    const at = phoff + i * phentsize;
    const type = bytes.readUInt32LE(at);
    if (type === PT_LOAD) segments.push({ offset: u64(at + 8), address: u64(at + 16), size: u64(at + 32) });
    if (type === PT_DYNAMIC) dynamic = { offset: u64(at + 8), size: u64(at + 32) };
  }
  const toOffset = (address) => {
    const segment = segments.find((s) => address >= s.address && address < s.address + s.size);
    if (!segment) throw new Error(`${file}: address ${address.toString(16)} is in no segment`);
    return address - segment.address + segment.offset;
  };

  const entries = {};
  for (let at = dynamic.offset; at < dynamic.offset + dynamic.size; at += 16) {
    const tag = u64(at);
    if (tag === 0) break;
    entries[tag] = { value: u64(at + 8), at };
  }
  const symtab = toOffset(entries[DT.SYMTAB].value);
  const strtab = toOffset(entries[DT.STRTAB].value);
  const nameStarts = (offset, prefix) =>
    bytes.toString('latin1', strtab + offset, strtab + offset + prefix.length) === prefix;

  const isOwn = (index) => {
    const at = symtab + index * 24;
    const binding = bytes[at + 4] >> 4;
    const type = bytes[at + 4] & 15;
    if (bytes.readUInt16LE(at + 6) === 0) return false; // undefined here
    if (type === STT_FUNC) return binding === STB_GLOBAL || binding === STB_WEAK;
    if (type !== STT_OBJECT) return false;
    return binding === STB_GLOBAL || (binding === STB_WEAK && nameStarts(bytes.readUInt32LE(at), '_ZTV'));
  };

  let bound = 0;
  const bindTable = (table, size) => {
    for (let at = table; at < table + size; at += 24) {
      const type = bytes.readUInt32LE(at + 8);
      const symbol = bytes.readUInt32LE(at + 12);
      if ((type !== R_64 && type !== R_GLOB_DAT && type !== R_JUMP_SLOT) || !isOwn(symbol)) continue;
      const value = bytes.readBigUInt64LE(symtab + symbol * 24 + 8);
      const addend = type === R_64 ? bytes.readBigInt64LE(at + 16) : 0n;
      bytes.writeUInt32LE(R_RELATIVE, at + 8);
      bytes.writeUInt32LE(0, at + 12);
      bytes.writeBigInt64LE(BigInt.asIntN(64, value + addend), at + 16);
      bound++;
    }
  };
  const rela = toOffset(entries[DT.RELA].value);
  const relaSize = entries[DT.RELASZ].value;
  bindTable(rela, relaSize);
  if (entries[DT.JMPREL]) bindTable(toOffset(entries[DT.JMPREL].value), entries[DT.PLTRELSZ].value);

  // ld.so does the leading RELATIVE relocations in a tight loop of their own: all of them go first, by address.
  const table = bytes.subarray(rela, rela + relaSize);
  const relative = [];
  const others = [];
  for (let at = 0; at < relaSize; at += 24) {
    const entry = Buffer.from(table.subarray(at, at + 24));
    (entry.readUInt32LE(8) === R_RELATIVE ? relative : others).push(entry);
  }
  relative.sort((a, b) => Number(a.readBigUInt64LE(0) - b.readBigUInt64LE(0)));
  Buffer.concat([...relative, ...others]).copy(table);
  if (entries[DT.RELACOUNT]) bytes.writeBigUInt64LE(BigInt(relative.length), entries[DT.RELACOUNT].at + 8);

  // A new file under the old name: programs that run from the old one go on undisturbed.
  const temporary = `${file}.bound`;
  fs.writeFileSync(temporary, bytes, { mode: fs.statSync(file).mode });
  fs.renameSync(temporary, file);
  return bound;
}

for (const file of process.argv.slice(2)) {
  const bound = bind(fs.realpathSync(file));
  console.error(`bind_symbols: ${bound} references bound in ${file}`);
}
