#include "shared/program/status_server.h"

#include <Poco/Exception.h>
#include <Poco/Net/HTTPRequestHandler.h>
#include <Poco/Net/HTTPRequestHandlerFactory.h>
#include <Poco/Net/HTTPServer.h>
#include <Poco/Net/HTTPServerRequest.h>
#include <Poco/Net/HTTPServerResponse.h>
#include <Poco/Net/ServerSocket.h>

#include "shared/net/listen_failure.h"

namespace program {
namespace {

using Poco::Net::HTTPRequestHandler;
using Poco::Net::HTTPResponse;
using Poco::Net::HTTPServerRequest;
using Poco::Net::HTTPServerResponse;

struct Page {
  HTTPResponse::HTTPStatus status = HTTPResponse::HTTP_OK;
  std::string type = "text/plain; charset=utf-8";
  std::string text;
};

Page pageFor(const std::string& path, const StatusSource& source) {
  if (path == "/healthz") return {.text = "alive\n"};
  if (path == "/readyz") {
    const std::string why = source.notReady();
    if (why.empty()) return {.text = "ready\n"};
    return {.status = HTTPResponse::HTTP_SERVICE_UNAVAILABLE, .text = why + "\n"};
  }
  if (path == "/metrics") return {.type = "text/plain; version=0.0.4; charset=utf-8", .text = source.metricsText()};
  return {.status = HTTPResponse::HTTP_NOT_FOUND, .text = "There are /healthz, /readyz and /metrics.\n"};
}

class Handler final : public HTTPRequestHandler {
 public:
  explicit Handler(const StatusSource& source) : source_(source) {}

  void handleRequest(HTTPServerRequest& request, HTTPServerResponse& response) override {
    const std::string path = request.getURI().substr(0, request.getURI().find('?'));
    const bool reads = request.getMethod() == "GET" || request.getMethod() == "HEAD";
    const Page page = reads ? pageFor(path, source_)
                            : Page{.status = HTTPResponse::HTTP_METHOD_NOT_ALLOWED, .text = "Only GET and HEAD.\n"};
    response.setStatusAndReason(page.status);
    response.setContentType(page.type);
    response.set("Cache-Control", "no-store");
    response.setContentLength64(static_cast<Poco::Int64>(page.text.size()));
    std::ostream& body = response.send();
    if (request.getMethod() != "HEAD") body << page.text;
  }

 private:
  const StatusSource& source_;
};

class Factory final : public Poco::Net::HTTPRequestHandlerFactory {
 public:
  explicit Factory(const StatusSource& source) : source_(source) {}
  HTTPRequestHandler* createRequestHandler(const HTTPServerRequest&) override { return new Handler(source_); }

 private:
  const StatusSource& source_;
};

}  // namespace

base::Result<std::unique_ptr<StatusServer>> StatusServer::start(const net::Address& address,
                                                                const std::string& software,
                                                                const StatusSource& source) {
  try {
    sockaddr_storage raw{};
    const socklen_t length = address.toSockaddr(raw);
    const Poco::Net::SocketAddress local(reinterpret_cast<const sockaddr*>(&raw), length);
    Poco::Net::ServerSocket socket;
    socket.bind(local, true, false);  // reuse of the address, not of the port: two servers there would share it
    socket.listen(kMaxQueued);
    Poco::Net::HTTPServerParams::Ptr params = new Poco::Net::HTTPServerParams;
    params->setMaxThreads(kThreads);
    params->setMaxQueued(kMaxQueued);
    params->setKeepAlive(false);
    params->setTimeout(Poco::Timespan(5, 0));
    params->setSoftwareVersion(software);
    auto server = std::make_unique<Poco::Net::HTTPServer>(new Factory(source), socket, params);
    server->start();
    return std::unique_ptr<StatusServer>(new StatusServer(std::move(server)));
  } catch (const Poco::Exception& e) {
    const base::Status failed =
        e.code() != 0 ? base::Status(net::listenFailure(address, e.code()))
                      : base::Status(base::fail("cannot listen on " + address.text() + ": " + e.displayText()));
    return base::fail(net::listensFor("the page for monitoring", "http.address, http.port", failed).error());
  }
}

StatusServer::StatusServer(std::unique_ptr<Poco::Net::HTTPServer> server) : server_(std::move(server)) {}
StatusServer::~StatusServer() { server_->stopAll(true); }
std::uint16_t StatusServer::port() const { return server_->port(); }

}  // namespace program
