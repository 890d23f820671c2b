-- Locks all of what is asked for, or nothing.
--
-- limit  most tickets a person may have
-- lease  ordinal of the lease it needs, or empty
-- from   "offer": may take what is kept for the waiting list; else empty
-- Reply  held <fence> <deadline>      also when this hold was made before and still lives
--        view_missing                 the view must be rebuilt first; nothing was done
--        lease_over                   the lease has ended (or was never there)
--        hold_exists <hold id>        this lease has a living hold already
--        limit <tickets held or bought already>
--        taken <seat>...              these seats are gone
--        area_full <area> <places left>
function acts.hold(id, user, seats_text, areas_text, limit, ttl_ms, lease, from)
  local now = clock()
  if view_is_missing() then return { 'view_missing' } end

  local known = read_hold(id)
  if known then
    if known.deadline > now then return { 'held', known.fence, int(known.deadline) } end
    free(known)
  end

  if lease ~= '' then
    local expires = redis.call('ZSCORE', key('leases'), lease)
    if not expires or tonumber(expires) <= now then return { 'lease_over' } end
    local other = redis.call('HGET', key('lease-holds'), lease)
    if other then
      local living = read_hold(other)
      if living and living.deadline > now then return { 'hold_exists', other } end
    end
  end

  local seats, areas = seats_in(seats_text), areas_in(areas_text)
  local has = tonumber(redis.call('HGET', key('person'), user)) or 0
  for _, entry in ipairs(redis.call('ZRANGEBYSCORE', key('holder:' .. user), '(' .. int(now), '+inf')) do
    has = has + tonumber(string.match(entry, '(%d+)$'))
  end
  if has + count_of(seats, areas) > tonumber(limit) then return { 'limit', int(has) } end

  -- What an expired hold still shows as held is free to everybody, unless people wait for it: then it goes to them.
  local offer, listed, taken = from == 'offer', false, { 'taken' }
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
    if left < part.quantity then return { 'area_full', part.area, int(math.max(left, 0)) } end
  end

  local hold = {
    id = id, user = user, seats = seats_text, areas = areas_text, lease = lease, extended = '0', pinned = '0',
    fence = int(redis.call('INCR', key('fence'))), deadline = now + tonumber(ttl_ms),
  }
  lock(hold, states, listed)
  return { 'held', hold.fence, int(hold.deadline) }
end
