#include "agent/management/https_link.h"

#include <curl/curl.h>
#include <openssl/ssl.h>

#include <algorithm>
#include <array>
#include <mutex>
#include <optional>
#include <thread>

#include "shared/base/printable.h"
#include "shared/base/secret_json.h"
#include "shared/mgmt/server_check.h"

namespace management {
namespace {

struct CloseEasy {
  void operator()(CURL* handle) const { curl_easy_cleanup(handle); }
};
using Easy = std::unique_ptr<CURL, CloseEasy>;
struct CloseMulti {
  void operator()(CURLM* handle) const { curl_multi_cleanup(handle); }
};
using Multi = std::unique_ptr<CURLM, CloseMulti>;
struct FreeList {
  void operator()(curl_slist* list) const { curl_slist_free_all(list); }
};

using Identity = std::shared_ptr<const LinkIdentity>;

// One request under way; the thread's.
struct Transfer {
  Send request;
  std::uint64_t number = 0;
  Identity identity;
  Easy easy;
  std::unique_ptr<curl_slist, FreeList> headers;
  std::string url;
  std::string body;
  bool tooLong = false;
  std::string disbelief;  // why the server is not believed
  std::array<char, CURL_ERROR_SIZE> error{};

  ~Transfer() {
    base::wipeText(request.body);
    base::wipeText(body);
  }
};

std::size_t onBody(char* bytes, std::size_t, std::size_t count, void* self) {
  auto& to = *static_cast<Transfer*>(self);
  to.tooLong = to.body.size() + count > DesiredBounds::kText;
  if (to.tooLong) return 0;
  if (to.body.empty()) {  // a text that grows leaves copies behind
    curl_off_t length = 0;
    curl_easy_getinfo(to.easy.get(), CURLINFO_CONTENT_LENGTH_DOWNLOAD_T, &length);
    const auto most = static_cast<curl_off_t>(DesiredBounds::kText);
    to.body.reserve(static_cast<std::size_t>(std::clamp<curl_off_t>(length, CURL_MAX_WRITE_SIZE, most)));
  }
  to.body.append(bytes, count);
  return count;
}

std::vector<mgmt::Certificate> chainOf(X509_STORE_CTX* context) {
  std::vector<mgmt::Certificate> chain;
  const auto add = [&](X509* one) {
    if (one == nullptr || chain.size() > mgmt::kMaxChain || X509_up_ref(one) != 1) return;
    chain.emplace_back(one);
  };
  X509* const leaf = X509_STORE_CTX_get0_cert(context);
  add(leaf);
  STACK_OF(X509)* const shown = X509_STORE_CTX_get0_untrusted(context);
  for (int i = 0; i < sk_X509_num(shown); ++i) {
    if (sk_X509_value(shown, i) != leaf) add(sk_X509_value(shown, i));
  }
  return chain;
}

// In the place of OpenSSL's own judgement of the server's chain.
int onVerify(X509_STORE_CTX* context, void* self) {
  auto& transfer = *static_cast<Transfer*>(self);
  const std::vector<mgmt::Certificate> chain = chainOf(context);
  std::string why;
  if (transfer.request.token) {
    const auto root = mgmt::checkServerForEnrolment(chain, *transfer.request.token, base::wallNow());
    if (!root) why = root.error().text;
  } else if (transfer.identity) {
    const auto good = mgmt::checkServer(chain, transfer.identity->roots, base::wallNow());
    if (!good) why = good.error().text;
  } else {
    why = "there is no authority to believe";
  }
  X509_STORE_CTX_set_error(context, why.empty() ? X509_V_OK : X509_V_ERR_APPLICATION_VERIFICATION);
  transfer.disbelief = std::move(why);
  return transfer.disbelief.empty() ? 1 : 0;
}

// The certificate of the agent and the judgement of the server's.
CURLcode onTls(CURL*, void* sslContext, void* self) {
  auto& transfer = *static_cast<Transfer*>(self);
  auto* const context = static_cast<SSL_CTX*>(sslContext);
  SSL_CTX_set_cert_verify_callback(context, onVerify, &transfer);
  SSL_CTX_set_verify(context, SSL_VERIFY_PEER, nullptr);
  // A stranger is not shown who asks; nor is who has a token anybody yet.
  if (transfer.request.token || !transfer.identity) return CURLE_OK;
  const LinkIdentity& own = *transfer.identity;
  bool good = SSL_CTX_use_certificate(context, own.chain.front().get()) == 1 &&
              SSL_CTX_use_PrivateKey(context, own.key.get()) == 1;
  for (std::size_t i = 1; good && i < own.chain.size(); ++i) {
    good = SSL_CTX_add1_chain_cert(context, own.chain[i].get()) == 1;
  }
  return good ? CURLE_OK : CURLE_SSL_CERTPROBLEM;
}

std::optional<base::Duration> retryAfterOf(CURL* easy) {
  curl_off_t seconds = 0;
  curl_easy_getinfo(easy, CURLINFO_RETRY_AFTER, &seconds);
  constexpr curl_off_t kMost = 3600;
  if (seconds <= 0) return std::nullopt;
  return std::chrono::seconds(std::min(seconds, kMost));
}

}  // namespace

class HttpsLink::Impl : public std::enable_shared_from_this<HttpsLink::Impl> {
 public:
  Impl(net::Loop& loop, Answered answered) : loop_(loop), answered_(std::move(answered)) {
    static const CURLcode ready = curl_global_init(CURL_GLOBAL_DEFAULT);
    (void)ready;
    multi_.reset(curl_multi_init());
    thread_ = std::thread([this] { run(); });
  }

  // The loop's thread, each of these.
  void setIdentity(Identity identity) {
    order([identity = std::move(identity)](Impl& self) mutable { self.changeIdentity(std::move(identity)); });
  }
  void send(Send request) {
    const std::uint64_t number = ++numbers_;
    current_[static_cast<std::size_t>(request.ask)] = number;
    auto shared = std::make_shared<Send>(std::move(request));
    order([shared, number](Impl& self) { self.begin(std::move(*shared), number); });
  }
  void cancel(Ask ask) {
    current_[static_cast<std::size_t>(ask)] = 0;
    order([ask](Impl& self) { self.drop(ask); });
  }
  void end() {
    alive_ = false;
    {
      const std::lock_guard lock(mutex_);
      ending_ = true;
      curl_multi_wakeup(multi_.get());
    }
    thread_.join();
  }

 private:
  using Order = std::function<void(Impl&)>;

  void order(Order order) {
    const std::lock_guard lock(mutex_);
    orders_.push_back(std::move(order));
    curl_multi_wakeup(multi_.get());
  }

  // ---- The thread of the link --------------------------------------------------------------------------------------

  void run() {
    while (true) {
      std::vector<Order> orders;
      {
        const std::lock_guard lock(mutex_);
        if (ending_) break;
        orders.swap(orders_);
      }
      for (const Order& order : orders) order(*this);
      int running = 0;
      curl_multi_perform(multi_.get(), &running);
      int left = 0;
      while (CURLMsg* const message = curl_multi_info_read(multi_.get(), &left)) {
        if (message->msg == CURLMSG_DONE) finish(message->easy_handle, message->data.result);
      }
      constexpr int kLongest = 60'000;  // ms; orders wake it
      curl_multi_poll(multi_.get(), nullptr, 0, kLongest, nullptr);
    }
    for (auto& transfer : transfers_) stop(transfer);
  }

  // A connection belongs to whom it was opened as: all of them go. Who asked for them has cancelled them, or does.
  void changeIdentity(Identity identity) {
    identity_ = std::move(identity);
    for (auto& transfer : transfers_) {
      if (transfer && transfer->request.token) {  // the one that has nothing to do with it
        Answer answer;
        answer.why = "it was interrupted";
        deliver(Ask::Enrol, transfer->number, std::move(answer));
      }
      stop(transfer);
    }
    const std::lock_guard lock(mutex_);  // against who wakes it
    multi_.reset(curl_multi_init());
    // Who came meanwhile has woken the one before.
    curl_multi_wakeup(multi_.get());
  }

  void begin(Send request, std::uint64_t number) {
    auto& place = transfers_[static_cast<std::size_t>(request.ask)];
    stop(place);
    place = std::make_unique<Transfer>();
    Transfer& transfer = *place;
    transfer.request = std::move(request);
    transfer.number = number;
    transfer.identity = identity_;
    transfer.easy.reset(curl_easy_init());
    prepare(transfer);
    if (curl_multi_add_handle(multi_.get(), transfer.easy.get()) == CURLM_OK) return;
    Answer answer;
    answer.why = "libcurl takes no more requests";
    deliver(transfer.request.ask, number, std::move(answer));
  }

  void prepare(Transfer& transfer) {
    CURL* const curl = transfer.easy.get();
    const Send& request = transfer.request;
    transfer.url = "https://" + request.server + "/api/v1" + request.path;
    const auto patience = std::chrono::duration_cast<std::chrono::milliseconds>(request.patience).count();
    constexpr long kConnect = 10'000;  // ms
    curl_easy_setopt(curl, CURLOPT_URL, transfer.url.c_str());
    curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "https");
    curl_easy_setopt(curl, CURLOPT_PROXY, "");
    curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, transfer.error.data());
    curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT_MS, kConnect);
    curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, static_cast<long>(patience));
    curl_easy_setopt(curl, CURLOPT_TCP_KEEPALIVE, 1L);
    curl_easy_setopt(curl, CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_1_1));
    curl_easy_setopt(curl, CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
    curl_easy_setopt(curl, CURLOPT_SSL_VERIFYPEER, 1L);
    curl_easy_setopt(curl, CURLOPT_SSL_VERIFYHOST, 0L);
    curl_easy_setopt(curl, CURLOPT_CAPATH, nullptr);
    curl_easy_setopt(curl, CURLOPT_CAINFO, nullptr);
    curl_easy_setopt(curl, CURLOPT_SSL_SESSIONID_CACHE, 0L);
    curl_easy_setopt(curl, CURLOPT_SSL_CTX_FUNCTION, &onTls);
    curl_easy_setopt(curl, CURLOPT_SSL_CTX_DATA, &transfer);
    curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, &onBody);
    curl_easy_setopt(curl, CURLOPT_WRITEDATA, &transfer);
    curl_easy_setopt(curl, CURLOPT_PRIVATE, &transfer);
    // The connection of an enrolment was judged by another rule.
    curl_easy_setopt(curl, CURLOPT_FRESH_CONNECT, request.token ? 1L : 0L);
    curl_easy_setopt(curl, CURLOPT_FORBID_REUSE, request.token ? 1L : 0L);
    if (request.method == "GET") return;
    transfer.headers.reset(curl_slist_append(nullptr, "Content-Type: application/json"));
    if (curl_slist* more = curl_slist_append(transfer.headers.get(), "Expect:")) {
      (void)transfer.headers.release();
      transfer.headers.reset(more);
    }
    curl_easy_setopt(curl, CURLOPT_HTTPHEADER, transfer.headers.get());
    curl_easy_setopt(curl, CURLOPT_POST, 1L);
    curl_easy_setopt(curl, CURLOPT_POSTFIELDS, request.body.data());
    curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(request.body.size()));
  }

  void stop(std::unique_ptr<Transfer>& transfer) {
    if (transfer) curl_multi_remove_handle(multi_.get(), transfer->easy.get());
    transfer.reset();
  }
  void drop(Ask ask) { stop(transfers_[static_cast<std::size_t>(ask)]); }

  void finish(CURL* easy, CURLcode code) {
    Transfer* done = nullptr;
    curl_easy_getinfo(easy, CURLINFO_PRIVATE, &done);
    Answer answer;
    if (code == CURLE_OK) {
      long status = 0;
      curl_easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &status);
      answer.status = static_cast<int>(status);
      answer.body = std::move(done->body);
      answer.retryAfter = retryAfterOf(easy);
      long connections = 0;  // one also where libcurl has asked a second time, as the first connection was gone
      curl_easy_getinfo(easy, CURLINFO_NUM_CONNECTS, &connections);
      answer.connected = connections > 0;
    } else if (!done->disbelief.empty()) {
      answer.why = done->disbelief;
    } else if (done->tooLong) {
      answer.why = "its answer is longer than 256 MiB";
    } else {
      answer.why = base::printable(done->error[0] != '\0' ? done->error.data() : curl_easy_strerror(code));
    }
    const Ask ask = done->request.ask;
    const std::uint64_t number = done->number;
    drop(ask);
    deliver(ask, number, std::move(answer));
  }

  void deliver(Ask ask, std::uint64_t number, Answer answer) {
    auto shared = std::make_shared<Answer>(std::move(answer));
    loop_.deliver([self = shared_from_this(), ask, number, shared] { self->tell(ask, number, std::move(*shared)); });
  }

  // ---- The loop's thread -------------------------------------------------------------------------------------------

  void tell(Ask ask, std::uint64_t number, Answer answer) {
    if (alive_ && current_[static_cast<std::size_t>(ask)] == number) return answered_(ask, std::move(answer));
    base::wipeText(answer.body);
  }

  net::Loop& loop_;
  Answered answered_;
  bool alive_ = true;  // the loop's
  std::uint64_t numbers_ = 0;
  std::array<std::uint64_t, kAsks> current_{};  // whose answers are wanted

  std::mutex mutex_;  // guards the next two; held for moments
  std::vector<Order> orders_;
  bool ending_ = false;

  Multi multi_;
  Identity identity_;
  std::array<std::unique_ptr<Transfer>, kAsks> transfers_;
  std::thread thread_;
};

HttpsLink::HttpsLink(net::Loop& loop, Answered answered) : impl_(std::make_shared<Impl>(loop, std::move(answered))) {}

HttpsLink::~HttpsLink() { impl_->end(); }

void HttpsLink::setIdentity(std::shared_ptr<const LinkIdentity> identity) { impl_->setIdentity(std::move(identity)); }
void HttpsLink::send(Send request) { impl_->send(std::move(request)); }
void HttpsLink::cancel(Ask ask) { impl_->cancel(ask); }

}  // namespace management
