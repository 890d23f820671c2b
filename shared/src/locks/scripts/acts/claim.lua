-- Makes sure that a booking's seats are its own before they are committed.
--
-- lease   or empty
-- ttl_ms  from now on
-- Reply   owned          its own until at least then; also when the booking was confirmed before
--         regained       it had expired or Redis was lost, nobody took it, and it is its own again
--         lost           somebody else has some of it
--         view_missing   the view must be rebuilt first; nothing was done
function acts.claim(id, user, seats_text, areas_text, fence, lease, ttl_ms)
  local now = clock()
  if view_is_missing() then return { 'view_missing' } end
  for _, mark in ipairs({ 's:', 'r:' }) do
    if redis.call('SISMEMBER', key('applied'), mark .. id) == 1 then return { 'owned' } end
  end
  local known = read_hold(id)
  if known and (known.user ~= user or known.fence ~= fence) then return { 'lost' } end
  local hold = {
    id = id, user = user, seats = seats_text, areas = areas_text, fence = fence, lease = lease,
    extended = '1', pinned = '1', deadline = now + tonumber(ttl_ms),
  }
  local free_for_it, all_own, states, listed = can_lock(hold, now)
  if not free_for_it then return { 'lost' } end
  if known then hold.deadline = math.max(hold.deadline, known.deadline) end
  lock(hold, states, listed)
  return { all_own and 'owned' or 'regained' }
end
