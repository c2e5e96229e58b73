select * from {{ ref('flights') }}
