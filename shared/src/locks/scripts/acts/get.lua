-- Reads a living hold.
--
-- how    "settled": only where the view is there, so that nothing means gone and not forgotten; else empty
-- Reply  user, seats, areas, fence, deadline, lease, extended, pinned; or nothing
--        view_missing   the view must be rebuilt first
function acts.get(id, how)
  if how == 'settled' and view_is_missing() then return { 'view_missing' } end
  local hold = read_hold(id)
  if not hold or hold.deadline <= clock() then return {} end
  return {
    hold.user, hold.seats, hold.areas, hold.fence, int(hold.deadline), hold.lease, hold.extended, hold.pinned,
  }
end
