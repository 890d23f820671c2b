-- Whether a lease lives, by Redis's own clock.
--
-- KEYS  1 leases: sorted set, ordinal -> expiry, Unix ms
-- ARGV  1 the ordinal
-- Reply 1 it lives, 0 it does not

local time = redis.call('TIME')
local now_ms = time[1] * 1000 + math.floor(time[2] / 1000)
local expiry = redis.call('ZSCORE', KEYS[1], ARGV[1])
if expiry and tonumber(expiry) > now_ms then return 1 end
return 0
