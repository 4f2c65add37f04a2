FROM "nginx:1.27.3"
FROM 'alpine'
FROM ngi"nx":1.27.3
