-- Moves the deadline of a living hold away, never nearer.
--
-- ttl_ms  from now on
-- mode    "extend": once, for checkout; "pin": for an accepted booking, as often as asked, and from then on it cannot
--         be given back
-- Reply   extended <deadline>
--         already <deadline>   it was extended or pinned before
--         gone                 unknown, expired, somebody else's, or not all its own any more
function acts.extend(id, user, ttl_ms, mode)
  local hold, now = read_hold(id), clock()
  if not hold or hold.user ~= user or hold.deadline <= now or view_is_missing() then return { 'gone' } end
  local pin = mode == 'pin'
  if not pin and (hold.extended == '1' or hold.pinned == '1') then return { 'already', int(hold.deadline) } end
  local free_for_it, _, states, listed = can_lock(hold, now)
  if not free_for_it then return { 'gone' } end
  hold.deadline = math.max(hold.deadline, now + tonumber(ttl_ms))
  if pin then hold.pinned = '1' else hold.extended = '1' end
  lock(hold, states, listed)
  return { 'extended', int(hold.deadline) }
end
