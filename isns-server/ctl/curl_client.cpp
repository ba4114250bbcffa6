#include "isns-server/ctl/curl_client.h"

#include <curl/curl.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <iostream>

#include "shared/base/printable.h"
#include "shared/base/secret_json.h"
#include "shared/base/whole_number.h"
#include "shared/mgmt/revision_header.h"

namespace ctl {
namespace {

struct CloseHandle {
  void operator()(CURL* handle) const { curl_easy_cleanup(handle); }
};
struct FreeList {
  void operator()(curl_slist* list) const { curl_slist_free_all(list); }
};
using Headers = std::unique_ptr<curl_slist, FreeList>;

void add(Headers& headers, const std::string& line) {
  if (curl_slist* more = curl_slist_append(headers.get(), line.c_str())) {
    (void)headers.release();
    headers.reset(more);
  }
}

// A body that holds secrets, wiped piece by piece as curl takes it. Behind it come as many blanks, which JSON allows:
// they take its place in curl's buffer, which is not freed before the answer has come.
struct SecretSender {
  std::string& body;
  std::size_t sent = 0;

  [[nodiscard]] std::size_t size() const { return 2 * body.size(); }

  static std::size_t onSend(char* buffer, std::size_t size, std::size_t count, void* self) {
    auto& from = *static_cast<SecretSender*>(self);
    const std::size_t room = size * count;
    const bool blanks = from.sent >= from.body.size();
    const std::size_t some = std::min(room, (blanks ? from.size() : from.body.size()) - from.sent);
    if (blanks) {
      std::memset(buffer, ' ', room);
    } else {
      char* const piece = from.body.data() + from.sent;
      std::memcpy(buffer, piece, some);
      base::wipe({reinterpret_cast<std::uint8_t*>(piece), some});
    }
    from.sent += some;
    return some;
  }
};

// What comes back. Of an answer with a secret copies stay in what curl and OpenSSL received it into, which nobody else
// can wipe; they are freed with the handle.
struct Receiver {
  CURL* handle = nullptr;
  ApiAnswer answer;
  const ApiClient::Take* take = nullptr;
  bool enough = false;
  bool tooLong = false;
  base::TimePoint heard = base::now().mono;  // when something came last; begun with the request

  static std::size_t onBody(char* bytes, std::size_t, std::size_t count, void* self) {
    auto& to = *static_cast<Receiver*>(self);
    const std::string_view piece(bytes, count);
    long status = 0;
    curl_easy_getinfo(to.handle, CURLINFO_RESPONSE_CODE, &status);
    if (to.take != nullptr && status == 200) {
      to.enough = !(*to.take)(piece);
      to.heard = base::now().mono;  // whoever took it may have been long about it
      return to.enough ? 0 : count;
    }
    to.tooLong = to.answer.body.size() + count > ApiClient::kMaxAnswer;
    if (to.tooLong) return 0;
    if (to.answer.body.empty()) to.answer.body.reserve(CURL_MAX_WRITE_SIZE);  // a short one leaves no half of it behind
    to.answer.body.append(piece);
    return count;
  }
};

class CurlClient final : public ApiClient {
 public:
  explicit CurlClient(const ApiSettings& settings) : settings_(settings) {
    static const CURLcode ready = curl_global_init(CURL_GLOBAL_DEFAULT);
    (void)ready;
    handle_.reset(curl_easy_init());
  }

  Asked<ApiAnswer> ask(ApiRequest& request) override { return perform(request, nullptr); }
  Asked<ApiAnswer> follow(ApiRequest& request, const Take& take) override { return perform(request, &take); }

  Asked<std::string> shownChain() override {
    ApiRequest request;
    request.method = "GET";
    request.target = "/api/v1/status";
    prepare(request);
    // Whoever this is gets no certificate shown: it may be somebody else's server.
    curl_easy_setopt(handle_.get(), CURLOPT_SSLCERT, nullptr);
    curl_easy_setopt(handle_.get(), CURLOPT_SSLKEY, nullptr);
    curl_easy_setopt(handle_.get(), CURLOPT_SSL_VERIFYPEER, 0L);
    curl_easy_setopt(handle_.get(), CURLOPT_CERTINFO, 1L);
    curl_easy_setopt(handle_.get(), CURLOPT_CONNECT_ONLY, 0L);
    Receiver receiver;
    receiver.handle = handle_.get();
    listen(receiver);
    if (const CURLcode code = curl_easy_perform(handle_.get()); code != CURLE_OK)
      return base::fail(failureOf(code, receiver));
    curl_certinfo* info = nullptr;
    curl_easy_getinfo(handle_.get(), CURLINFO_CERTINFO, &info);
    std::string chain;
    for (int i = 0; info != nullptr && i < info->num_of_certs; ++i) {
      for (const curl_slist* line = info->certinfo[i]; line != nullptr; line = line->next) {
        const std::string_view text(line->data);
        if (text.starts_with("Cert:")) chain.append(text.substr(5)).append("\n");
      }
    }
    // No connection that was not verified may carry what follows.
    handle_.reset(curl_easy_init());
    return chain;
  }

 private:
  void listen(Receiver& receiver) {
    curl_easy_setopt(handle_.get(), CURLOPT_WRITEFUNCTION, &Receiver::onBody);
    curl_easy_setopt(handle_.get(), CURLOPT_WRITEDATA, &receiver);
  }

  void prepare(const ApiRequest& request) {
    CURL* const curl = handle_.get();
    curl_easy_reset(curl);
    const bool local = !settings_.socket.empty();
    target_ = (local ? "http://localhost" : settings_.url) + request.target;
    curl_easy_setopt(curl, CURLOPT_URL, target_.c_str());
    curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, local ? "http" : "https");
    curl_easy_setopt(curl, CURLOPT_PROXY, "");
    curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, error_.data());
    error_[0] = '\0';
    if (local) curl_easy_setopt(curl, CURLOPT_UNIX_SOCKET_PATH, settings_.socket.c_str());
    const auto ms = std::chrono::duration_cast<std::chrono::milliseconds>(settings_.timeout).count();
    curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(ms));
    curl_easy_setopt(curl, CURLOPT_CUSTOMREQUEST, request.method.c_str());
    if (local) return;
    curl_easy_setopt(curl, CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
    curl_easy_setopt(curl, CURLOPT_SSL_VERIFYHOST, 0L);
    curl_easy_setopt(curl, CURLOPT_CAPATH, nullptr);
    curl_easy_setopt(curl, CURLOPT_CAINFO, nullptr);
    curl_blob roots{settings_.authority.data(), settings_.authority.size(), CURL_BLOB_COPY};
    if (!settings_.authority.empty()) curl_easy_setopt(curl, CURLOPT_CAINFO_BLOB, &roots);
    if (settings_.certificate.empty()) return;
    curl_easy_setopt(curl, CURLOPT_SSLCERT, settings_.certificate.c_str());
    curl_easy_setopt(curl, CURLOPT_SSLKEY, settings_.key.c_str());
  }

  Asked<ApiAnswer> perform(ApiRequest& request, const Take* take) {
    prepare(request);
    CURL* const curl = handle_.get();
    SecretSender sender{request.body};
    Receiver receiver;
    receiver.handle = curl;
    receiver.take = take;
    Streamed watched{receiver, settings_.silence};
    Headers headers;
    add(headers, "Accept: application/json, application/problem+json, */*");
    if (!request.token.empty()) {
      std::string line = "Authorization: Bearer " + std::string(base::asText(request.token.reveal()));
      add(headers, line);
      base::wipe({reinterpret_cast<std::uint8_t*>(line.data()), line.size()});
    }
    if (!request.body.empty() || request.method != "GET") {
      add(headers, "Content-Type: application/json");
      add(headers, "Expect:");
      curl_easy_setopt(curl, CURLOPT_POST, 1L);
      if (request.secret) {
        curl_easy_setopt(curl, CURLOPT_READFUNCTION, &SecretSender::onSend);
        curl_easy_setopt(curl, CURLOPT_READDATA, &sender);
        curl_easy_setopt(curl, CURLOPT_FRESH_CONNECT, 1L);  // it cannot be sent twice
      } else {
        curl_easy_setopt(curl, CURLOPT_POSTFIELDS, request.body.data());
      }
      curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE_LARGE,
                       static_cast<curl_off_t>(request.secret ? sender.size() : request.body.size()));
      curl_easy_setopt(curl, CURLOPT_CUSTOMREQUEST, request.method.c_str());
    }
    curl_easy_setopt(curl, CURLOPT_HTTPHEADER, headers.get());
    if (take != nullptr) {
      // How fast it comes says nothing about a stream: whether anything has come does.
      curl_easy_setopt(curl, CURLOPT_NOPROGRESS, 0L);
      curl_easy_setopt(curl, CURLOPT_XFERINFOFUNCTION, &onStream);
      curl_easy_setopt(curl, CURLOPT_XFERINFODATA, &watched);
    } else {
      // An answer that stands still is too late; one that is long and moves is not.
      const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(settings_.timeout).count();
      curl_easy_setopt(curl, CURLOPT_LOW_SPEED_LIMIT, 1L);
      curl_easy_setopt(curl, CURLOPT_LOW_SPEED_TIME, std::max<long>(1, static_cast<long>(seconds)));
    }
    if (request.progress) {
      curl_easy_setopt(curl, CURLOPT_NOPROGRESS, 0L);
      curl_easy_setopt(curl, CURLOPT_XFERINFOFUNCTION, &onProgress);
      curl_easy_setopt(curl, CURLOPT_XFERINFODATA, &request);
    }
    listen(receiver);
    const CURLcode code = curl_easy_perform(curl);
    wipeToken(headers);
    if (code != CURLE_OK && !receiver.enough) return base::fail(failureOf(code, receiver));
    long status = 0;
    curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
    receiver.answer.status = static_cast<int>(status);
    const char* type = nullptr;
    curl_easy_getinfo(curl, CURLINFO_CONTENT_TYPE, &type);
    if (type != nullptr) receiver.answer.type = type;
    curl_header* revision = nullptr;
    if (curl_easy_header(curl, mgmt::kRevisionHeader.data(), 0, CURLH_HEADER, -1, &revision) == CURLHE_OK) {
      if (const auto number = base::wholeNumber<std::uint64_t>(revision->value)) receiver.answer.revision = *number;
    }
    if (settings_.verbose) std::cerr << request.method << ' ' << request.target << ": " << status << std::endl;
    return std::move(receiver.answer);
  }

  struct Streamed {
    const Receiver& receiver;
    base::Duration silence;
  };
  // Called at least once a second; 1 ends the request.
  static int onStream(void* self, curl_off_t, curl_off_t, curl_off_t, curl_off_t) {
    const auto& stream = *static_cast<const Streamed*>(self);
    return base::now().mono - stream.receiver.heard > stream.silence ? 1 : 0;
  }
  static int onProgress(void* request, curl_off_t, curl_off_t received, curl_off_t, curl_off_t) {
    static_cast<const ApiRequest*>(request)->progress(static_cast<std::uint64_t>(received));
    return 0;
  }

  static void wipeToken(const Headers& headers) {
    for (curl_slist* line = headers.get(); line != nullptr; line = line->next) {
      const std::string_view text(line->data);
      if (text.starts_with("Authorization")) base::wipe({reinterpret_cast<std::uint8_t*>(line->data), text.size()});
    }
  }

  [[nodiscard]] std::string where() const { return settings_.socket.empty() ? settings_.url : settings_.socket; }

  // It may well be the server, and a clock that is wrong. Null: what is wrong is something else.
  [[nodiscard]] const char* clockFault() const {
    constexpr long kNotYetValid = 9;  // X509_V_ERR_CERT_NOT_YET_VALID of OpenSSL, by which libcurl is built
    constexpr long kExpired = 10;     // X509_V_ERR_CERT_HAS_EXPIRED
    long verdict = 0;
    curl_easy_getinfo(handle_.get(), CURLINFO_SSL_VERIFYRESULT, &verdict);
    if (verdict == kNotYetValid) return "does not hold yet";
    return verdict == kExpired ? "has expired" : nullptr;
  }

  [[nodiscard]] Failure failureOf(CURLcode code, const Receiver& receiver) const {
    const std::string why = base::printable(error_[0] != '\0' ? error_.data() : curl_easy_strerror(code));
    if (receiver.tooLong) return {Exit::Malformed, where(), "the answer is longer than 512 MiB", "ask for less"};
    switch (code) {
      case CURLE_OPERATION_TIMEDOUT:
        return {Exit::Timeout, where(), "no answer in time", "give it longer with --timeout SECONDS"};
      case CURLE_ABORTED_BY_CALLBACK:
        return {Exit::Timeout, where(), "the stream has fallen silent", {}};
      case CURLE_PEER_FAILED_VERIFICATION:
      case CURLE_SSL_CACERT_BADFILE:
        if (const char* fault = clockFault()) {
          return {Exit::Denied, where(), std::string("its certificate ") + fault + " by this machine's clock",
                  "compare the clocks of both machines (NTP)"};
        }
        return {Exit::Denied, where(), "its certificate does not come from the authority that was pinned at the login",
                "if the server got a new authority, log in again and compare its fingerprint"};
      case CURLE_SSL_CERTPROBLEM:
        return {Exit::Local, settings_.certificate, "it cannot be used as a client certificate with " + settings_.key, {}};
      case CURLE_COULDNT_CONNECT:
      case CURLE_COULDNT_RESOLVE_HOST:
        return {Exit::Connect, where(), settings_.socket.empty() ? why : "no server listens on this socket",
                settings_.socket.empty() ? "is the server up, and the management API switched on?"
                                         : "run it as root on the server, where the server is up"};
      default:
        return {Exit::Connect, where(), why, {}};
    }
  }

  ApiSettings settings_;
  std::unique_ptr<CURL, CloseHandle> handle_;
  std::string target_;
  std::array<char, CURL_ERROR_SIZE> error_{};
};

}  // namespace

std::unique_ptr<ApiClient> curlClient(const ApiSettings& settings) { return std::make_unique<CurlClient>(settings); }

}  // namespace ctl
