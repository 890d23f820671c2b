-- Takes seats out of the sale, or puts them back into it: to the waiting list, or to all.
--
-- ARGV  1 "block" or "unblock", 2 seats
-- Reply view_missing
--       done, then those that cannot be blocked: held or sold

if view_is_missing() then return { 'view_missing' } end
local seats = seats_in(ARGV[2])
if ARGV[1] == 'unblock' then
  if list_waits() then keep_seats(seats, BLOCKED) else move(seats, { [BLOCKED] = true }, AVAILABLE) end
  publish()
  return { 'done' }
end
local reply, free_seats, listed = { 'done' }, {}, {}
for i, state in ipairs(states_of(seats)) do
  local seat = seats[i]
  local owner = redis.call('GET', key('seat:' .. seat))
  if owner == LIST then
    listed[#listed + 1] = seat
    free_seats[#free_seats + 1] = seat
  elseif state == SOLD or owner then
    reply[#reply + 1] = seat
  else
    free_seats[#free_seats + 1] = seat
  end
end
for _, seat in ipairs(listed) do redis.call('DEL', key('seat:' .. seat)) end
if #listed > 0 then redis.call('SREM', key('listed'), unpack(listed)) end
move(free_seats, { [AVAILABLE] = true, [HELD] = true }, BLOCKED)
publish()
return reply
