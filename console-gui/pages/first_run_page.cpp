#include "console-gui/pages/first_run_page.h"

#include <QCheckBox>
#include <QDateTime>
#include <QFormLayout>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QStyle>
#include <QVBoxLayout>

#include "console-gui/canvas/icons.h"
#include "console-gui/client/wipe_bytes.h"
#include "console-gui/model/sentences.h"
#include "console-gui/widgets/page_parts.h"

namespace console {
namespace {

QFrame* cardOf(QWidget* parent, Icon mark, const QString& title, const QString& text, QVBoxLayout*& column) {
  auto* frame = new QFrame(parent);
  frame->setProperty("role", QStringLiteral("card"));
  column = new QVBoxLayout(frame);
  column->setContentsMargins(3 * kSpace, 3 * kSpace, 3 * kSpace, 3 * kSpace);
  column->setSpacing(kSpace + 4);
  auto* picture = plainLabel({}, frame);
  picture->setPixmap(iconPixmap(mark, 36, Token::Accent, parent->devicePixelRatioF()));
  column->addWidget(picture);
  auto* heading = plainLabel(title, frame);
  heading->setProperty("role", QStringLiteral("heading"));
  column->addWidget(heading);
  auto* words = plainLabel(text, frame);
  words->setWordWrap(true);
  words->setProperty("role", QStringLiteral("muted"));
  column->addWidget(words);
  return frame;
}

}  // namespace

FirstRunPage::FirstRunPage(QWidget* parent) : QWidget(parent) {
  auto* page = new QVBoxLayout(this);
  page->setContentsMargins(6 * kSpace, 4 * kSpace, 6 * kSpace, 4 * kSpace);
  page->setSpacing(2 * kSpace);
  page->addStretch(1);
  auto* title = plainLabel(tr("Which SAN would you like to see?"), this);
  title->setProperty("role", QStringLiteral("title"));
  page->addWidget(title, 0, Qt::AlignHCenter);
  fault_ = plainLabel({}, this);
  fault_->setWordWrap(true);
  fault_->setProperty("state", QStringLiteral("bad"));
  fault_->setVisible(false);
  page->addWidget(fault_, 0, Qt::AlignHCenter);
  page->addWidget(makeDoors(), 0, Qt::AlignHCenter);
  page->addStretch(2);
}

QWidget* FirstRunPage::makeDoors() {
  auto* doors = new QWidget(this);
  auto* row = new QHBoxLayout(doors);
  row->setSpacing(2 * kSpace);
  QVBoxLayout* column = nullptr;

  auto* demo = cardOf(doors, Icon::Play, tr("Try the demo SAN"),
                      tr("60 hosts, 12 targets and 400 logical units inside of this program, with some things that went wrong. Needs no "
                         "network and no server; nothing that you do there reaches anything else."), column);
  demo_ = new QPushButton(tr("Open the demo SAN"), demo);
  demo_->setProperty("role", QStringLiteral("primary"));
  connect(demo_, &QPushButton::clicked, this, &FirstRunPage::demoWanted);
  column->addStretch(1);
  column->addWidget(demo_, 0, Qt::AlignLeft);

  auto* server = cardOf(doors, Icon::Server, tr("Connect to a server"),
                        tr("The address of the management API of an isns-server."), column);
  column->addWidget(makeServerForm());
  column->addStretch(1);

  auto* file = cardOf(doors, Icon::File, tr("Open a saved snapshot"),
                      tr("A file that somebody saved from a console, or the answer of GET /api/v1/snapshot. It can be looked at and "
                         "searched, and not changed."), column);
  auto* open = new QPushButton(tr("Open a file..."), file);
  connect(open, &QPushButton::clicked, this, &FirstRunPage::fileWanted);
  column->addStretch(1);
  column->addWidget(open, 0, Qt::AlignLeft);

  for (QWidget* door : {static_cast<QWidget*>(demo), static_cast<QWidget*>(server), static_cast<QWidget*>(file)}) {
    door->setFixedWidth(320);
    door->setMinimumHeight(380);
    row->addWidget(door);
  }
  return doors;
}

QWidget* FirstRunPage::makeServerForm() {
  auto* form = new QWidget(this);
  auto* column = new QVBoxLayout(form);
  column->setContentsMargins(0, 0, 0, 0);
  column->setSpacing(kSpace);
  address_ = new QLineEdit(form);
  address_->setPlaceholderText(QStringLiteral("san.example:3285"));
  address_->setAccessibleName(tr("Address of the server"));
  column->addWidget(address_);

  trust_ = new QWidget(form);
  auto* trust = new QVBoxLayout(trust_);
  trust->setContentsMargins(0, 0, 0, 0);
  fingerprint_ = plainLabel({}, trust_);
  fingerprint_->setTextFormat(Qt::RichText);
  fingerprint_->setWordWrap(true);
  fingerprint_->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
  fingerprint_->setAccessibleName(tr("The fingerprint of the server's authority"));
  trust->addWidget(fingerprint_);
  trust_->setVisible(false);
  column->addWidget(trust_);

  login_ = new QWidget(form);
  auto* login = new QVBoxLayout(login_);
  login->setContentsMargins(0, 0, 0, 0);
  user_ = new QLineEdit(login_);
  user_->setPlaceholderText(tr("User"));
  user_->setAccessibleName(tr("User"));
  password_ = new QLineEdit(login_);
  password_->setEchoMode(QLineEdit::Password);
  password_->setPlaceholderText(tr("Password"));
  password_->setAccessibleName(tr("Password"));
  keep_ = new QCheckBox(tr("Keep the login in the system's key ring"), login_);
  login->addWidget(user_);
  login->addWidget(password_);
  login->addWidget(keep_);
  login_->setVisible(false);
  column->addWidget(login_);

  message_ = plainLabel({}, form);
  message_->setWordWrap(true);
  message_->setVisible(false);
  column->addWidget(message_);
  next_ = new QPushButton(tr("Look at its certificate"), form);
  column->addWidget(next_, 0, Qt::AlignLeft);

  connect(next_, &QPushButton::clicked, this, [this] {
    if (login_->isVisible()) {
      logIn();
    } else if (trust_->isVisible()) {
      emit accepted(place_);
      trust_->setVisible(false);
      login_->setVisible(true);
      next_->setText(tr("Log in"));
      user_->setFocus();
    } else {
      look();
    }
  });
  connect(address_, &QLineEdit::returnPressed, next_, &QPushButton::click);
  connect(password_, &QLineEdit::returnPressed, next_, &QPushButton::click);
  connect(address_, &QLineEdit::textEdited, this, &FirstRunPage::askAddress);
  return form;
}

// What was found out of another server counts no more.
void FirstRunPage::askAddress() {
  trust_->setVisible(false);
  login_->setVisible(false);
  next_->setText(tr("Look at its certificate"));
  message_->setVisible(false);
}

void FirstRunPage::setKnown(std::vector<ServerPlace> places) {
  known_ = std::move(places);
  if (!known_.empty() && address_->text().isEmpty()) address_->setText(known_.front().name());
}

void FirstRunPage::setFault(const QString& fault) {
  fault_->setText(fault);
  fault_->setVisible(!fault.isEmpty());
}

void FirstRunPage::setAddress(const QString& address) {
  if (address != address_->text()) askAddress();
  address_->setText(address);
}

void FirstRunPage::begin() {
  askAddress();
  address_->setFocus();
}

bool FirstRunPage::isUnderWay() const {
  return isVisible() && (!next_->isEnabled() || !trust_->isHidden() || !login_->isHidden());
}

void FirstRunPage::giveUp() {
  ++attempt_;
  setBusy(false);
  say({}, false);
}

void FirstRunPage::say(const QString& text, bool fault) {
  message_->setProperty("state", fault ? QStringLiteral("bad") : QString());
  message_->style()->polish(message_);
  message_->setText(text);
  message_->setVisible(!text.isEmpty());
}

void FirstRunPage::setBusy(bool busy) {
  next_->setEnabled(!busy);
  address_->setEnabled(!busy);
}

void FirstRunPage::look() {
  QString why;
  place_ = ServerPlace::parse(address_->text(), why);
  if (!why.isEmpty()) return say(why, true);
  say(tr("Looking at %1...").arg(place_.name()), false);
  setBusy(true);
  lookAt(place_, this, [this, attempt = ++attempt_](const base::Result<ShownAuthority, Problem>& shown) {
    if (attempt != attempt_) return;
    setBusy(false);
    onShown(shown);
  });
}

void FirstRunPage::onShown(const base::Result<ShownAuthority, Problem>& shown) {
  if (!shown) return say(sentence(shown.error()), true);
  place_.authority = shown->pem;
  const auto known = std::find_if(known_.begin(), known_.end(), [&](const ServerPlace& one) { return one.name() == place_.name(); });
  if (known != known_.end() && known->authority == shown->pem) {
    user_->setText(known->user);
    login_->setVisible(true);
    next_->setText(tr("Log in"));
    say({}, false);
    (user_->text().isEmpty() ? user_ : password_)->setFocus();
    return;
  }
  fingerprint_->setText(tr("Its authority is <b>%1</b>, good until %2. Compare this fingerprint with what the server's administrator "
                           "has (<tt>sanctl status</tt> on the server shows it):<br><tt>%3</tt>")
                            .arg(shown->subject.toHtmlEscaped(), shown->expires.toString(QStringLiteral("yyyy-MM-dd")), shown->fingerprint));
  trust_->setVisible(true);
  next_->setText(tr("It is the same: go on"));
  // Another certificate than the one that was accepted is said loudly.
  say(known != known_.end() ? tr("This is not the authority that was accepted for this server before. Go on only if somebody has "
                                 "changed it on purpose.")
                            : QString(),
      known != known_.end());
  next_->setFocus();
}

void FirstRunPage::logIn() {
  place_.user = user_->text().trimmed();
  QString text = password_->text();
  // Not clear(), which is a step that undo takes back, character by character. The text is ours alone then: what is
  // overwritten is no copy.
  password_->setText({});
  QByteArray typed = text.toUtf8();
  auto password = base::Secret::from(std::string_view(typed.constData(), static_cast<std::size_t>(typed.size())));
  wipeBytes(typed);
  text.fill(QChar());
  if (place_.user.isEmpty() || !password || password->empty()) return say(tr("Write the user and the password."), true);
  say(tr("Logging in..."), false);
  setBusy(true);
  access_ = std::make_unique<ServerAccess>(place_, base::Secret());
  console::logIn(*access_, std::move(*password), [this, attempt = ++attempt_](base::Result<Entered, Problem> entered) {
    if (attempt != attempt_) return;
    setBusy(false);
    if (!entered) {
      password_->setFocus();
      return say(sentence(entered.error()), true);
    }
    emit this->entered(place_, entered->token, keep_->isChecked());
    say({}, false);
  });
}

}  // namespace console
