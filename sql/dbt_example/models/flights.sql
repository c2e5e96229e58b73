select * from {{ source('airport', 'flights') }}
