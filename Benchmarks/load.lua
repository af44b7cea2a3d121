-- The requests of one measurement, for wrk:  wrk … URL -- METHOD TOKENS-FILE [BODY-FILE]
-- Thread i begins with the user of line i; with PUT (one connection per thread) it has only this user.
--
-- A thread's rate is measured up to its last answer, not up to wrk's end. A slow side answers only a few requests in the
-- time; the time of its cut-off requests would make it look slower than it is.

local ffi = require("ffi")
ffi.cdef [[
    typedef struct { long seconds; long nanoseconds; } timespec;
    int clock_gettime(int clock, timespec *time);
]]
local CLOCK_MONOTONIC = 1
local time = ffi.new("timespec")
local threads = {}

local function now()
    ffi.C.clock_gettime(CLOCK_MONOTONIC, time)
    return tonumber(time.seconds) + tonumber(time.nanoseconds) / 1e9
end

function setup(thread)
    table.insert(threads, thread)
    thread:set("line", #threads)
end

function init(arguments)
    local tokens = {}
    for token in io.lines(arguments[2]) do table.insert(tokens, token) end
    wrk.method = arguments[1]
    wrk.headers["Accept"] = "application/json"
    statuses, started, ended = {}, now(), 0

    if wrk.method == "PUT" then
        -- Without a function `request`, wrk makes the request once and sends the same memory each time.
        wrk.headers["Authorization"] = "Bearer " .. tokens[line]
        local file = assert(io.open(arguments[3], "rb"))
        wrk.body = file:read("*a")
        file:close()
        return
    end

    local requests = {}
    for i, token in ipairs(tokens) do
        wrk.headers["Authorization"] = "Bearer " .. token
        requests[i] = wrk.format()
    end
    function request()
        line = line % #requests + 1
        return requests[line]
    end
end

function response(status)
    local name = tostring(status)
    statuses[name] = (statuses[name] or 0) + 1
    ended = now()
end

function done(summary, latency)
    local counts, rate = {}, 0
    for _, thread in ipairs(threads) do
        local answers = 0
        for status, count in pairs(thread:get("statuses")) do
            counts[status] = (counts[status] or 0) + count
            answers = answers + count
        end
        if answers > 0 then rate = rate + answers / (thread:get("ended") - thread:get("started")) end
    end
    local list = {}
    for status, count in pairs(counts) do table.insert(list, string.format('"%s":%d', status, count)) end

    local errors = summary.errors
    print(string.format(
        '{"rate":%.6f,"p50":%.3f,"p99":%.3f,"broken":%d,"statuses":{%s}}',
        rate, latency:percentile(50) / 1000, latency:percentile(99) / 1000, errors.connect + errors.read + errors.write + errors.timeout, table.concat(list, ",")))
end
