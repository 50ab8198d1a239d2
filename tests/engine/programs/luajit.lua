-- SPDX-License-Identifier: Apache-2.0
-- Traces that are compiled, and calls into the C library.
local ffi = require("ffi")
assert(jit.status(), "the compiler is off")
local function hot(n)
  local sum = 0
  for i = 1, n do sum = (sum * 31 + i) % 1000003 end
  return sum
end
local expected = hot(1e7)
jit.off(hot)
assert(hot(1e7) == expected)
ffi.cdef [[ int getpid(void); int snprintf(char *, size_t, const char *, ...); ]]
assert(ffi.C.getpid() > 0)
local buffer = ffi.new("char[32]")
ffi.C.snprintf(buffer, 32, "%d", ffi.new("int", 42))
assert(ffi.string(buffer) == "42")
local callback = ffi.cast("int (*)(int)", function(n) return n + 1 end)
assert(callback(41) == 42)
print("finished")
