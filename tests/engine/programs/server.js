// SPDX-License-Identifier: Apache-2.0
// A web server of two processes that share one port.
const cluster = require('cluster');
const http = require('http');

if (cluster.isPrimary) {
  cluster.fork();
  cluster.fork();
} else {
  http.createServer((request, response) => response.end(`page ${request.url}\n`)).listen(8080);
}
