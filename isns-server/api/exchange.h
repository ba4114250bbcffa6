// Exchange: a request and the way to its answer; and what is asked of who answers.
//
// An Exchange whose client has gone takes answers and drops them; gone() may be asked from any thread, all else belongs to
// the loop's. Whoever forgets to answer has answered 500. The body and what else may be secret is wiped when it goes.
#pragma once

#include <atomic>
#include <memory>
#include <string>
#include <string_view>

#include "isns-server/api/body_budget.h"
#include "isns-server/api/http_message.h"
#include "isns-server/api/http_reader.h"

namespace api {

class HttpConnection;

class Exchange {
 public:
  // Without a connection, its client has gone.
  Exchange(HttpRequest request, BodyBudget::Hold hold, HttpConnection* connection);
  ~Exchange();
  Exchange(const Exchange&) = delete;
  Exchange& operator=(const Exchange&) = delete;

  [[nodiscard]] const HttpRequest& request() const { return request_; }
  [[nodiscard]] bool gone() const { return connection_ == nullptr; }

  void answer(const HttpResponse& response);
  // Its body is sent from where it lies and wiped then.
  void answerSecret(HttpResponse response);
  // Who asks has shown who he is: his answer and his connection count no longer as a stranger's.
  void vouch();
  // Overwrites the body and forgets it.
  void wipeBody();

  // Instead: status 200 and what send() brings, until end(). False when the client has gone or read too little.
  void beginStream(const std::string& type);
  bool send(std::string_view text);
  void end();

 private:
  friend class HttpConnection;
  void lost() { connection_ = nullptr; }

  std::atomic<HttpConnection*> connection_;
  HttpRequest request_;
  BodyBudget::Hold hold_;
  bool streaming_ = false;
};

class ExchangeHandler {
 public:
  virtual ~ExchangeHandler() = default;
  virtual void onExchange(std::shared_ptr<Exchange> exchange) = 0;
  // The head of a request is there: whether its body comes from somebody who has shown who he is, and how large it may
  // be (beyond HttpLimits::body nothing is taken in any case). Of its answer Exchange::vouch() tells.
  struct Allowance {
    bool known = true;
    std::size_t body = static_cast<std::size_t>(-1);
  };
  virtual Allowance allowance(const HttpRequest& /*head*/) { return {}; }
  // What is answered to a request that the reader does not take; its connection ends then.
  virtual HttpResponse refused(const HttpRefusal& refusal) {
    return {refusal.fault == HttpFault::TooLarge ? 413 : 400, "text/plain", std::string(refusal.why) + ".\n", {}};
  }
  // A connection was closed at once: its address or network has too many.
  virtual void onCrowded(const std::string& /*peer*/) {}
};

}  // namespace api
