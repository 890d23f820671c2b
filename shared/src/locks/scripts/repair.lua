-- Makes some seats of the view what PostgreSQL and the locks say they are.
--
-- ARGV  1 first seat, 2 their states as they were seen before PostgreSQL was read, a digit each,
--       3 what PostgreSQL says of them, a digit each; "-": not to be touched
-- Reply view_missing
--       done, then triples of seat, state it was in, state it is in
-- A seat that has changed since it was seen is left alone: whoever changed it knew more.

if view_is_missing() then return { 'view_missing' } end
local seats = {}
for i = 1, #ARGV[2] do seats[i] = int(tonumber(ARGV[1]) + i - 1) end
local reply = { 'done' }
local function mend(seat, was, is)
  if was == is then return end
  move({ seat }, { [was] = true }, is)
  for _, word in ipairs({ seat, int(was), int(is) }) do reply[#reply + 1] = word end
end
for i, state in ipairs(states_of(seats)) do
  local seen, truth = string.sub(ARGV[2], i, i), string.sub(ARGV[3], i, i)
  if truth ~= '-' and int(state) == seen then
    local is_locked = redis.call('EXISTS', key('seat:' .. seats[i])) == 1
    if not is_locked then
      mend(seats[i], state, tonumber(truth))
    elseif tonumber(truth) == AVAILABLE then
      mend(seats[i], state, HELD)
    end
  end
end
publish()
return reply
