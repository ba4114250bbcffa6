// HttpConnection: one client of the HTTP server: reads its requests (http_reader.h) and writes their answers, one request
// after the other; the next is read when the answer is out.
//
// The loop's thread. Shared by who accepted it and by its own callbacks; it goes when the client has, when it is silent for
// too long, or after an answer that ends it. A request that is refused is answered and ends it: what still comes is read
// and dropped for a moment, so that the answer arrives (RFC 9112 9.6). Bounds: HttpLimits.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <string>

#include "isns-server/api/body_budget.h"
#include "isns-server/api/exchange.h"
#include "isns-server/api/http_reader.h"
#include "isns-server/api/source_counts.h"
#include "shared/base/clock.h"

struct bufferevent;
struct evbuffer;
struct event;

namespace api {

struct HttpLimits {
  std::size_t connections = 5000;           // beyond, none is accepted until one ends
  std::size_t connectionsPerSource = 5000;  // as SourceCounts counts; beyond, one is closed at once
  std::size_t head = 16U << 10;             // of a request: its first line and headers
  std::size_t body = 8U << 20;
  std::size_t bodies = 64U << 20;           // all that wait together
  std::size_t strangersBodies = 16U << 20;  // of those, the ones of clients who have not shown who they are
  std::size_t answers = 512U << 20;         // all that wait to be read, together
  std::size_t strangersAnswers = 64U << 20;  // of those, the ones of such clients
  std::size_t streamWaiting = 1U << 20;     // beyond, a listener is cut off when more comes
  std::chrono::milliseconds idle{60'000};   // without a byte, where one is awaited; and to read an answer
  std::chrono::milliseconds request{300'000};  // from its first byte to its last
  std::chrono::milliseconds answer{300'000};   // likewise, for a client to read it
};

// What the connections of a server have in common.
struct HttpCommon {
  HttpLimits limits;
  ExchangeHandler& handler;
  std::shared_ptr<BodyBudget> budget;   // of requests
  std::shared_ptr<BodyBudget> answers;  // that wait to be read
};

class HttpConnection : public std::enable_shared_from_this<HttpConnection> {
 public:
  using Ended = std::function<void(HttpConnection*)>;
  // The stream is the connection's from now on. `peer`: its address, empty for the local socket. The last two are
  // borrowed.
  HttpConnection(bufferevent* stream, std::string peer, SourceCounts::Place place, const HttpCommon& common,
                 const Ended& ended);
  ~HttpConnection();
  HttpConnection(const HttpConnection&) = delete;
  HttpConnection& operator=(const HttpConnection&) = delete;

  // Begins to read.
  void begin();

 private:
  friend class Exchange;
  // Reading: a request. Owed: it is whole, and its answer is not there. Streaming: of which a part is. Flushing: all of it
  // is there, but not yet sent. Lingering: nothing more is answered.
  enum class State : std::uint8_t { Reading, Owed, Streaming, Flushing, Lingering };

  void answer(const HttpResponse& response);
  void answerSecret(HttpResponse response);
  void beginStream(const std::string& type);
  bool send(std::string_view text);
  void endStream();
  void vouch();

  void onReadable();
  void onWritten();
  void onEvent(short what);
  void pump();
  void step();
  void judge();
  void dispatch();
  void refuse(const HttpRefusal& refusal);
  void reply(const HttpResponse& response, evbuffer* body);
  void writeHead(const HttpResponse& response, std::string_view framing);
  void become(State state);
  void linger();
  void drop(std::size_t size);
  void close();

  bufferevent* const stream_;
  const std::string peer_;
  SourceCounts::Place place_;
  const HttpCommon& common_;
  const Ended& ended_;
  HttpReader reader_;
  BodyBudget::Hold hold_;
  BodyBudget::Hold sending_;
  event* const late_;         // an answer was not read in time
  Exchange* owed_ = nullptr;  // who will answer
  State state_ = State::Reading;
  bool closes_ = false;    // after the answer
  bool old_ = false;       // HTTP/1.0
  bool headOnly_ = false;  // HEAD
  bool chunked_ = false;
  bool pumping_ = false;
  bool dead_ = false;
  base::TimePoint since_{};     // the first byte of the request, or the beginning of the lingering
  std::size_t dropped_ = 0;
};

}  // namespace api
