-- Puts the hold of an offer back before a lost view is installed, which then shows it; its fence stays the same.
--
-- ARGV  1 hold id, 2 user, 3 seats, 4 areas, 5 fence, 6 deadline, Unix ms
-- Reply restored
--       known     the hold is there, or its time is over, or the view is

local deadline = tonumber(ARGV[6])
if read_hold(ARGV[1]) or deadline <= clock() or not view_is_missing() then return { 'known' } end
local seats, areas, id = seats_in(ARGV[3]), areas_in(ARGV[4]), ARGV[1]
for _, seat in ipairs(seats) do redis.call('SET', key('seat:' .. seat), id, 'NX', 'PXAT', int(deadline)) end
for _, part in ipairs(areas) do
  redis.call('ZADD', key('area:' .. part.area), int(deadline), id .. ':' .. part.quantity)
end
local kept_until = int(deadline + RETAIN_MS)
redis.call('ZADD', key('holder:' .. ARGV[2]), int(deadline), id .. ':' .. count_of(seats, areas))
redis.call('PEXPIREAT', key('holder:' .. ARGV[2]), kept_until)
redis.call('HSET', key('hold:' .. id), 'user', ARGV[2], 'seats', ARGV[3], 'areas', ARGV[4], 'fence', ARGV[5],
  'deadline', int(deadline), 'lease', '', 'extended', '0', 'pinned', '0')
redis.call('PEXPIREAT', key('hold:' .. id), kept_until)
redis.call('ZADD', key('due'), int(deadline), id)
return { 'restored' }
