#include "isns-server/api/exchange.h"

#include <utility>

#include "isns-server/api/http_connection.h"
#include "shared/base/secret_json.h"

namespace api {

Exchange::Exchange(HttpRequest request, BodyBudget::Hold hold, HttpConnection* connection)
    : connection_(connection), request_(std::move(request)), hold_(std::move(hold)) {}

Exchange::~Exchange() {
  if (streaming_) {
    end();
  } else {
    answer({500, "text/plain", "No answer was made.\n", {}});
  }
  request_.wipe();
}

void Exchange::answer(const HttpResponse& response) {
  if (gone() || streaming_) return;
  connection_.exchange(nullptr)->answer(response);
}

void Exchange::answerSecret(HttpResponse response) {
  if (gone() || streaming_) return base::wipeText(response.body);
  connection_.exchange(nullptr)->answerSecret(std::move(response));
}

void Exchange::vouch() {
  if (!gone()) connection_.load()->vouch();
}

void Exchange::wipeBody() {
  request_.wipeBody();
  request_.body.shrink_to_fit();
  hold_.release();
}

void Exchange::beginStream(const std::string& type) {
  if (gone() || streaming_) return;
  streaming_ = true;
  connection_.load()->beginStream(type);
}

bool Exchange::send(std::string_view text) {
  if (gone() || !streaming_) return false;
  if (connection_.load()->send(text)) return true;
  end();
  return false;
}

void Exchange::end() {
  if (gone() || !streaming_) return;
  connection_.exchange(nullptr)->endStream();
}

}  // namespace api
