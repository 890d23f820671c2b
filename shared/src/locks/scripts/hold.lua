-- Locks all of what is asked for, or nothing.
--
-- ARGV  1 hold id, 2 user, 3 seats, 4 areas, 5 most tickets a person may have, 6 time to live in ms,
--       7 ordinal of the lease it needs, or empty, 8 "offer": may take what is kept for the waiting list, else empty
-- Reply held <fence> <deadline>      also when this hold was made before and still lives
--       view_missing                 the view must be rebuilt first; nothing was done
--       lease_over                   the lease has ended (or was never there)
--       hold_exists <hold id>        this lease has a living hold already
--       limit <tickets held or bought already>
--       taken <seat>...              these seats are gone
--       area_full <area> <places left>

local now = clock()
local hold = {
  id = ARGV[1], user = ARGV[2], seats = ARGV[3], areas = ARGV[4], lease = ARGV[7], extended = '0', pinned = '0',
}
if view_is_missing() then return { 'view_missing' } end

local known = read_hold(hold.id)
if known then
  if known.deadline > now then return { 'held', known.fence, int(known.deadline) } end
  free(known)
end

if hold.lease ~= '' then
  local expires = redis.call('ZSCORE', key('leases'), hold.lease)
  if not expires or tonumber(expires) <= now then return { 'lease_over' } end
  local other = redis.call('HGET', key('lease-holds'), hold.lease)
  if other then
    local living = read_hold(other)
    if living and living.deadline > now then return { 'hold_exists', other } end
  end
end

local seats, areas = seats_in(hold.seats), areas_in(hold.areas)
local has = tonumber(redis.call('HGET', key('person'), hold.user)) or 0
for _, entry in ipairs(redis.call('ZRANGEBYSCORE', key('holder:' .. hold.user), '(' .. int(now), '+inf')) do
  has = has + tonumber(string.match(entry, '(%d+)$'))
end
if has + count_of(seats, areas) > tonumber(ARGV[5]) then return { 'limit', int(has) } end

-- What an expired hold still shows as held is free to everybody, unless people wait for it: then it goes to them.
local offer, listed, taken = ARGV[8] == 'offer', false, { 'taken' }
local states, owners, waits = states_of(seats), locks_of(seats)
for i, state in ipairs(states) do
  local owner = owners[i]
  if offer and owner == LIST then owner, listed = false, true end
  if state == SOLD or state == BLOCKED or owner or (state == HELD and waits and not offer) then
    taken[#taken + 1] = seats[i]
  end
end
if #taken > 1 then return taken end
for _, part in ipairs(areas) do
  local left = area_left(part.area, now) + (offer and places_kept(part.area) or 0)
  if left < part.quantity then
    publish()
    return { 'area_full', part.area, int(math.max(left, 0)) }
  end
end

hold.fence = int(redis.call('INCR', key('fence')))
hold.deadline = now + tonumber(ARGV[6])
lock(hold, states, listed)
publish()
return { 'held', hold.fence, int(hold.deadline) }
