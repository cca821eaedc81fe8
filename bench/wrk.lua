-- POSTs the bodies of a file, one a line, in turn. Arguments: the file, how many lines to begin after, `once` to stop after the last.
local ffi = require("ffi")
ffi.cdef("int getpid(void); int kill(int, int);")
local INTERRUPT = 2
local requests, place, once = {}, 0, false

function init(args)
  for body in io.lines(args[1]) do
    requests[#requests + 1] = wrk.format("POST", nil, nil, body)
  end
  place, once = tonumber(args[2]), args[3] == "once"
end

function request()
  place = place + 1
  if once and place == #requests + 1 then
    ffi.C.kill(ffi.C.getpid(), INTERRUPT)
  end
  return requests[(place - 1) % #requests + 1]
end

function done(summary, latency)
  local errors = summary.errors
  local bad = errors.connect + errors.read + errors.write + errors.status + errors.timeout
  io.write(string.format("MEASURED %d %d %d %d %d\n", summary.requests, summary.duration, latency:percentile(50), latency:percentile(99), bad))
end
