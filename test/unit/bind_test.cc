// Every conversion and every error of the binding layer, as JavaScript sees them.
#include <uv.h>

#include "test_environment.h"

namespace vireo::test {
namespace {

bool negate(bool value) { return !value; }
int32_t add(int32_t a, int32_t b) { return static_cast<int32_t>(static_cast<uint32_t>(a) + static_cast<uint32_t>(b)); }
uint32_t unsigned_of(uint32_t value) { return value; }
int64_t large(int64_t value) { return value; }
double half(double value) { return value / 2; }
std::string twice(std::string text) { return text + text; }
std::u16string wide() { return u"\u00e4\u20ac\U0001f600"; }
uint32_t byte_sum(bind::Bytes bytes) {
  uint32_t sum = 0;
  for (const uint8_t byte : bytes) sum += byte;
  return sum;
}
std::string path_length(bind::Path path) { return std::to_string(path.size()); }
std::optional<int32_t> maybe(std::optional<int32_t> value) {
  if (value) return *value + 1;
  return std::nullopt;
}
std::vector<std::string> reversed(std::vector<std::string> values) { return {values.rbegin(), values.rend()}; }
bind::OwnedBytes filled(uint32_t size) {
  bind::OwnedBytes bytes(size);
  std::fill_n(bytes.data(), size, 7);
  return bytes;
}
bind::Result<int32_t> checked(int32_t value) {
  if (value < 0) return bind::fail(bind::Error::coded("ERR_OUT_OF_RANGE", "too small", bind::ErrorType::kRangeError));
  return value;
}
bind::Result<void> opens(std::string path, std::optional<std::string> dest) {
  if (dest) return bind::fail(bind::Error::system(UV_EEXIST, "rename", path, *dest));
  return bind::fail(bind::Error::system(UV_ENOENT, "open", path));
}
bool has_environment(Environment& env, v8::Isolate* isolate, bind::Context& cx) {
  return env.isolate() == isolate && cx.isolate == isolate;
}
int32_t count(bind::Arguments& arguments) { return arguments.Length(); }
v8::Local<v8::Value> call_back(v8::Isolate* isolate, bind::Callback callback) {
  v8::Local<v8::Value> result;
  if (!callback.call({v8::Integer::New(isolate, 20)}).ToLocal(&result)) return v8::Undefined(isolate);
  return result;
}
bind::Result<uint32_t> slow_sum(bind::SharedBytes bytes, bool fail) {
  if (fail) return bind::fail(bind::Error::system(UV_EIO, "sum"));
  return byte_sum(bytes);
}

class Counter final : public bind::Object {
 public:
  static inline int alive = 0;
  explicit Counter(Environment& env, int32_t start = 0) : Object(env), value_(start) { alive++; }
  ~Counter() override { alive--; }
  int32_t next(int32_t step) { return value_ += step; }
  [[nodiscard]] int32_t value() const { return value_; }
  void set_value(int32_t value) { value_ = value; }
  bool equals(Counter* other) const { return other->value_ == value_; }
  static std::string kind() { return "counter"; }

 private:
  int32_t value_;
};

Counter* made_in_cpp(Environment& env) {
  auto* counter = bind::make<Counter>(env, 5);
  (void)counter->wrapper();
  counter->release();
  return counter;
}

// The name sorts last: the addresses that the snapshot refers to keep their places before it.
BIND_MODULE(zz_unit) {
  module.function<negate>("negate");
  module.function<add>("add");
  module.function<unsigned_of>("unsignedOf");
  module.function<large>("large");
  module.function<half>("half");
  module.function<twice>("twice");
  module.function<wide>("wide");
  module.function<byte_sum>("byteSum");
  module.function<path_length>("pathLength");
  module.function<maybe>("maybe");
  module.function<reversed>("reversed");
  module.function<filled>("filled");
  module.function<checked>("checked");
  module.function<opens>("opens");
  module.function<has_environment>("hasEnvironment");
  module.function<count>("count");
  module.function<call_back>("callBack");
  module.async<slow_sum>("sum");
  module.class_<Counter>("Counter")
      .constructor<int32_t>()
      .method<&Counter::next>("next")
      .method<&Counter::equals>("equals")
      .property<&Counter::value, &Counter::set_value>("value")
      .static_function<Counter::kind>("kind");
  module.function<made_in_cpp>("madeInCpp");
  module.constant("LIMIT", 42);
  module.constant("LABEL", std::string_view("text"));
  module.group("nested").constant("DEEP", 1);
}

class BindTest : public EnvironmentTest {
 protected:
  BindTest() { expose("zz_unit", "unit"); }
};

TEST_F(BindTest, Scalars) {
  EXPECT_EQ(eval("unit.negate(false)"), "true");
  EXPECT_EQ(eval("unit.negate('')"), "true");
  EXPECT_EQ(eval("unit.add(2, 40)"), "42");
  EXPECT_EQ(eval("unit.add(2147483647, 1)"), "-2147483648");
  EXPECT_EQ(eval("unit.add(1.9, -1.9)"), "0");
  EXPECT_EQ(eval("unit.add(NaN, 1e300)"), "0");
  EXPECT_EQ(eval("unit.unsignedOf(4294967295)"), "4294967295");
  EXPECT_EQ(eval("unit.unsignedOf(-1)"), "4294967295");
  EXPECT_EQ(eval("unit.large(9007199254740991)"), "9007199254740991");
  EXPECT_EQ(eval("unit.large(-5n)"), "-5");
  EXPECT_EQ(eval("unit.half(5)"), "2.5");
}

TEST_F(BindTest, FastCallsGiveTheSameResults) {
  EXPECT_EQ(eval("let s = 0; for (let i = 0; i < 200000; i++) s = unit.add(s, i & 3); s"), "300000");
  EXPECT_EQ(eval("let h = 0; for (let i = 0; i < 200000; i++) h += unit.half(i); h"), "9999950000");
}

TEST_F(BindTest, Strings) {
  EXPECT_EQ(eval("unit.twice('ab')"), "abab");
  EXPECT_EQ(eval("unit.twice('\\u00e4') === '\\u00e4\\u00e4'"), "true");
  EXPECT_EQ(eval("unit.twice('\\u{1f600}') === '\\u{1f600}\\u{1f600}'"), "true");
  EXPECT_EQ(eval("unit.twice('a\\ud800b') === 'a\\ufffdba\\ufffdb'"), "true");
  EXPECT_EQ(eval("unit.twice('a\\0b').length"), "6");
  EXPECT_EQ(eval("unit.twice('x'.repeat(100000)).length"), "200000");
  EXPECT_EQ(eval("unit.wide() === '\\u00e4\\u20ac\\u{1f600}'"), "true");
}

TEST_F(BindTest, Bytes) {
  EXPECT_EQ(eval("unit.byteSum(new Uint8Array([1, 2, 3]))"), "6");
  EXPECT_EQ(eval("unit.byteSum(new Uint8Array([1, 2, 3, 4]).subarray(1, 3))"), "5");
  EXPECT_EQ(eval("unit.byteSum(new DataView(new Uint8Array([9, 1]).buffer, 1))"), "1");
  EXPECT_EQ(eval("unit.byteSum(new ArrayBuffer(8))"), "0");
  EXPECT_EQ(eval("unit.byteSum(new SharedArrayBuffer(8))"), "0");
  EXPECT_EQ(eval("unit.byteSum(new Uint16Array([257]))"), "2");
  EXPECT_EQ(eval("unit.byteSum(new Uint8Array(0))"), "0");
  EXPECT_EQ(eval("const moved = new Uint8Array(4); structuredCloneLike(moved); unit.byteSum(moved);"
                 "function structuredCloneLike(a) { a.buffer.transfer(); }"),
            "0");
  EXPECT_EQ(eval("const f = unit.filled(3); f instanceof Uint8Array && f.join()"), "7,7,7");
  EXPECT_EQ(eval("unit.filled(0).length"), "0");
  EXPECT_EQ(eval("unit.pathLength('\\u00e4')"), "2");
  EXPECT_EQ(eval("unit.pathLength(new Uint8Array([255, 254]))"), "2");
}

TEST_F(BindTest, OptionalsAndArrays) {
  EXPECT_EQ(eval("unit.maybe(1)"), "2");
  EXPECT_EQ(eval("unit.maybe()"), "undefined");
  EXPECT_EQ(eval("unit.maybe(null)"), "undefined");
  EXPECT_EQ(eval("unit.reversed(['a', 'b']).join()"), "b,a");
  EXPECT_EQ(eval("unit.reversed([]).length"), "0");
}

TEST_F(BindTest, WrongTypesThrow) {
  EXPECT_EQ(
      eval("unit.add(1, '2')"),
      "TypeError [ERR_INVALID_ARG_TYPE]: The argument at position 2 must be of type number. Received type string");
  EXPECT_EQ(
      eval("unit.twice()"),
      "TypeError [ERR_INVALID_ARG_TYPE]: The argument at position 1 must be of type string. Received type undefined");
  EXPECT_EQ(eval("unit.byteSum([1])"),
            "TypeError [ERR_INVALID_ARG_TYPE]: The argument at position 1 must be an instance of Buffer, TypedArray, "
            "DataView or ArrayBuffer. Received type object");
  EXPECT_EQ(eval("unit.reversed(['a', 1])").substr(0, 32), "TypeError [ERR_INVALID_ARG_TYPE]");
  EXPECT_EQ(eval("unit.reversed({ get length() { throw new Error('x'); } })").substr(0, 32),
            "TypeError [ERR_INVALID_ARG_TYPE]");
  EXPECT_EQ(eval("unit.reversed(Object.defineProperty([1], 0, { get() { throw new Error('getter'); } }))"),
            "Error: getter");
}

TEST_F(BindTest, ErrorsAreValues) {
  EXPECT_EQ(eval("unit.checked(3)"), "3");
  EXPECT_EQ(eval("unit.checked(-3)"), "RangeError [ERR_OUT_OF_RANGE]: too small");
  EXPECT_EQ(eval("unit.opens('a')"), "Error [ENOENT]: ENOENT: no such file or directory, open 'a'");
  EXPECT_EQ(eval("unit.opens('a', 'b')"), "Error [EEXIST]: EEXIST: file already exists, rename 'a' -> 'b'");
  EXPECT_EQ(eval("try { unit.opens('a', 'b') } catch (e) { JSON.stringify(e) }"),
            R"({"errno":-17,"code":"EEXIST","syscall":"rename","path":"a","dest":"b"})");
}

TEST_F(BindTest, InjectedArgumentsTakeNoPosition) {
  EXPECT_EQ(eval("unit.hasEnvironment()"), "true");
  EXPECT_EQ(eval("unit.hasEnvironment.length"), "0");
  EXPECT_EQ(eval("unit.add.length + unit.sum.length + unit.sumSync.length"), "7");
  EXPECT_EQ(eval("unit.count(1, 2, 3)"), "3");
  EXPECT_EQ(eval("unit.add.name"), "add");
  EXPECT_EQ(eval("new unit.add(1, 2)"), "TypeError: unit.add is not a constructor");
}

TEST_F(BindTest, CallbacksAndAsyncFunctions) {
  EXPECT_EQ(eval("unit.callBack((n) => n + 1)"), "21");
  EXPECT_EQ(eval("unit.sumSync(new Uint8Array([5]), false)"), "5");
  EXPECT_EQ(eval("unit.sumSync(new Uint8Array([5]), true)"), "Error [EIO]: EIO: i/o error, sum");
  EXPECT_EQ(
      eval("unit.sum(new Uint8Array([5]), false)"),
      "TypeError [ERR_INVALID_ARG_TYPE]: The argument at position 3 must be of type function. Received type undefined");
  eval(
      "globalThis.seen = []; unit.sum(new Uint8Array([5, 6]), false, (error, sum) => seen.push(error, sum));"
      "unit.sum(new Uint8Array(1), true, (error, sum) => seen.push(error.code, sum));"
      "unit.sumPromise(new Uint8Array([9]), false).then((sum) => seen.push(sum));"
      "unit.sumPromise(new Uint8Array([9]), true).catch((error) => seen.push(error.syscall)); 0");
  run_loop();
  EXPECT_EQ(eval("seen.length"), "6");
  EXPECT_EQ(eval("seen.includes(11) && seen.includes(null) && seen.includes('EIO') && seen.includes(9) && "
                 "seen.includes('sum')"),
            "true");
}

TEST_F(BindTest, Classes) {
  EXPECT_EQ(eval("const c = new unit.Counter(3); c.next(4); c.value"), "7");
  EXPECT_EQ(eval("c.value = 1; c.value"), "1");
  EXPECT_EQ(eval("c.equals(new unit.Counter(1))"), "true");
  EXPECT_EQ(eval("unit.Counter.kind() + unit.Counter.name"), "counterCounter");
  EXPECT_EQ(eval("class Sub extends unit.Counter {}; const s = new Sub(2); s.next(1)"), "3");
  EXPECT_EQ(eval("unit.madeInCpp().next(1)"), "6");
  EXPECT_EQ(eval("unit.madeInCpp() instanceof unit.Counter"), "true");
}

TEST_F(BindTest, MisusedClassesThrow) {
  EXPECT_EQ(eval("unit.Counter(1)").substr(0, 40), "TypeError [ERR_CONSTRUCT_CALL_REQUIRED]:");
  EXPECT_EQ(eval("new unit.Counter('x')").substr(0, 32), "TypeError [ERR_INVALID_ARG_TYPE]");
  EXPECT_EQ(eval("unit.Counter.prototype.next.call({}, 1)"), "TypeError: Illegal invocation");
  EXPECT_EQ(eval("unit.Counter.prototype.next.call(Object.create(new unit.Counter(1)), 1)"),
            "TypeError: Illegal invocation");
  EXPECT_EQ(eval("new unit.Counter(1).equals({})").substr(0, 32), "TypeError [ERR_INVALID_ARG_TYPE]");
  EXPECT_EQ(eval("new unit.Counter(1).equals(Promise.resolve())").substr(0, 32), "TypeError [ERR_INVALID_ARG_TYPE]");
  EXPECT_EQ(eval("new unit.Counter(1).equals(new ArrayBuffer(1))").substr(0, 32), "TypeError [ERR_INVALID_ARG_TYPE]");
}

TEST_F(BindTest, GarbageCollectionEndsObjects) {
  const int before = Counter::alive;
  {
    v8::HandleScope scope(env_.isolate());
    eval("for (let i = 0; i < 1000; i++) new unit.Counter(i); 0");
  }
  EXPECT_GE(Counter::alive, before + 1);
  env_.isolate()->LowMemoryNotification();
  EXPECT_LT(Counter::alive, before + 1000);
}

TEST_F(BindTest, ConstantsAndGroups) {
  EXPECT_EQ(eval("unit.LIMIT + unit.LABEL + unit.nested.DEEP"), "42text1");
  EXPECT_EQ(eval("Object.getPrototypeOf(unit)"), "null");
  EXPECT_TRUE(env_.binding("no such module").IsEmpty());
}

TEST(Registry, ExternalReferencesAreStableAndTerminated) {
  const intptr_t* first = bind::Registry::external_references();
  EXPECT_EQ(first, bind::Registry::external_references());
  size_t length = 0;
  while (first[length] != 0) length++;
  EXPECT_GT(length, 40U);
}

}  // namespace
}  // namespace vireo::test
