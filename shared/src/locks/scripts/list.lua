-- What is kept for the waiting list.
--
-- ARGV  1 "raise"   people wait: from now on what returns is kept for them
--         "look"    only answers
--         "open"    2 seats, 3 areas: these, as far as they are kept, are for everybody
--         "lower"   2 the mark of an earlier answer: nobody waits any more, everything kept is for everybody;
--                   nothing is done when somebody raised it since
-- Reply mark or empty, seats kept, areas kept ("0:2,1:1")
--       view_missing   the view must be rebuilt first; nothing was done

if view_is_missing() then return { 'view_missing' } end
local _, now_us = clock()

local function open_seats(seats)
  for first = 1, #seats, 500 do
    local kept = {}
    for i = first, math.min(first + 499, #seats) do
      if redis.call('GET', key('seat:' .. seats[i])) == LIST then
        redis.call('DEL', key('seat:' .. seats[i]))
        kept[#kept + 1] = seats[i]
      end
      redis.call('SREM', key('listed'), seats[i])
    end
    move(kept, { [HELD] = true }, AVAILABLE)
  end
end

local function areas_kept()
  local areas, fields = {}, redis.call('HGETALL', key('listed-areas'))
  for i = 1, #fields, 2 do
    if tonumber(fields[i + 1]) > 0 then areas[#areas + 1] = fields[i] .. ':' .. fields[i + 1] end
  end
  return table.concat(areas, ',')
end

local function open(seats, areas)
  open_seats(seats_in(seats))
  for _, part in ipairs(areas_in(areas)) do take_kept_places(part.area, part.quantity) end
end

if ARGV[1] == 'raise' then
  redis.call('SET', key('waiting-list'), int(now_us))
elseif ARGV[1] == 'open' then
  open(ARGV[2], ARGV[3])
elseif ARGV[1] == 'lower' and (redis.call('GET', key('waiting-list')) or '') == ARGV[2] then
  redis.call('DEL', key('waiting-list'))
  open(table.concat(redis.call('SMEMBERS', key('listed')), ','), areas_kept())
  redis.call('DEL', key('listed'), key('listed-areas'))
end
publish()
return {
  redis.call('GET', key('waiting-list')) or '', table.concat(redis.call('SMEMBERS', key('listed')), ','), areas_kept(),
}
