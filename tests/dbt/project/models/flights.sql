{{ config(materialized='table') }}
select * from {{ env_var('AIRPORT_ROWS') }}
