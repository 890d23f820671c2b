-- Files that were uploaded or imported and then not saved with any map are removed after a while.

-- A map names it: it stays, as maps do.
ALTER TABLE seat_map_files ADD COLUMN named boolean NOT NULL DEFAULT false;

UPDATE seat_map_files SET named = true WHERE hash IN (
    SELECT geometry -> 'background' ->> 'file' FROM seat_maps
    UNION ALL
    SELECT geometry ->> 'identities' FROM seat_maps
    UNION ALL
    SELECT section ->> 'view' FROM seat_maps, jsonb_array_elements(geometry -> 'sections') AS section
    WHERE jsonb_typeof(geometry -> 'sections') = 'array'
);

-- When it was last wanted; of a file that no map names.
ALTER TABLE seat_map_files RENAME COLUMN created_at TO wanted_at;
CREATE INDEX seat_map_files_unnamed_idx ON seat_map_files (wanted_at) WHERE NOT named;
