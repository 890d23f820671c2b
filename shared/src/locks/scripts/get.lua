-- Reads a living hold.
--
-- ARGV  1 hold id
-- Reply user, seats, areas, fence, deadline, lease, extended, pinned; or nothing

local hold = read_hold(ARGV[1])
if not hold or hold.deadline <= clock() then return {} end
return {
  hold.user, hold.seats, hold.areas, hold.fence, int(hold.deadline), hold.lease, hold.extended, hold.pinned,
}
