-- Shows the outcome of a decided booking. Repeating it changes nothing.
--
-- ARGV  1 "sold", "rejected" or "returned", 2 hold id, 3 user, 4 seats, 5 areas, 6 lease or empty
-- Reply done
--       pending        the view is missing; whoever rebuilds it will apply this

local now, what = clock(), ARGV[1]
local hold = { id = ARGV[2], user = ARGV[3], seats = ARGV[4], areas = ARGV[5], lease = ARGV[6] }
if what == 'sold' and hold.lease ~= '' and redis.call('ZREM', key('leases'), hold.lease) == 1 then
  redis.call('RPUSH', key('log'), 'end ' .. int(now) .. ' ' .. hold.lease .. ' finished')
end
if view_is_missing() then
  if what ~= 'rejected' then
    redis.call('RPUSH', key('pending'), table.concat({ what, hold.id, hold.user, hold.seats, hold.areas }, '|'))
    redis.call('PEXPIRE', key('pending'), RETAIN_MS)
  end
  return { 'pending' }
end
if what == 'sold' then
  sell(hold)
elseif what == 'returned' then
  return_sold(hold)
else
  local known = read_hold(hold.id)
  if known and known.user == hold.user then free(known) end
end
publish()
return { 'done' }
