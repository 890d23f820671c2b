-- Makes sure that a booking's seats are its own before they are committed.
--
-- ARGV  1 hold id, 2 user, 3 seats, 4 areas, 5 fence, 6 lease or empty, 7 time to live from now in ms
-- Reply owned          its own until at least then; also when the booking was confirmed before
--       regained       it had expired or Redis was lost, nobody took it, and it is its own again
--       lost           somebody else has some of it
--       view_missing   the view must be rebuilt first; nothing was done

local now = clock()
if view_is_missing() then return { 'view_missing' } end
for _, mark in ipairs({ 's:', 'r:' }) do
  if redis.call('SISMEMBER', key('applied'), mark .. ARGV[1]) == 1 then return { 'owned' } end
end
local known = read_hold(ARGV[1])
if known and (known.user ~= ARGV[2] or known.fence ~= ARGV[5]) then return { 'lost' } end
local hold = {
  id = ARGV[1], user = ARGV[2], seats = ARGV[3], areas = ARGV[4], fence = ARGV[5], lease = ARGV[6],
  extended = '1', pinned = '1', deadline = now + tonumber(ARGV[7]),
}
local free_for_it, all_own, states, listed = can_lock(hold, now)
if not free_for_it then
  publish()
  return { 'lost' }
end
if known then hold.deadline = math.max(hold.deadline, known.deadline) end
lock(hold, states, listed)
publish()
return { all_own and 'owned' or 'regained' }
