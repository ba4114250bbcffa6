#include "console-gui/pages/credential_form.h"

#include <QCheckBox>
#include <QPushButton>

#include "console-gui/model/change_list.h"
#include "console-gui/model/sentences.h"
#include "console-gui/widgets/flow_layout.h"
#include "console-gui/widgets/name_line.h"
#include "console-gui/widgets/page_parts.h"
#include "shared/base/json_members.h"

namespace console {
namespace {

KnownNames nodeNames(const san::Snapshot& snapshot, bool targets) {
  KnownNames names;
  snapshot.table<san::Node>().forEach([&](san::Id id, const san::Node& node) {
    if (targets ? node.target : node.initiator) names.add(snapshot, {san::Kind::Node, id});
  });
  names.sort();
  return names;
}

}  // namespace

CredentialForm::CredentialForm(Workspace& workspace, QWidget* parent) : QFrame(parent), workspace_(workspace) {
  setProperty("role", QStringLiteral("strip"));
  hide();
  auto* row = new FlowLayout(this);
  row->setContentsMargins(kSpace, kSpace, kSpace, kSpace);
  const auto line = [&](auto* made, const QString& word, const QString& name, int width) {
    made->setPlaceholderText(word);
    made->setAccessibleName(name);
    made->setMinimumWidth(width);
    connect(made, &QLineEdit::textChanged, this, &CredentialForm::look);
    connect(made, &QLineEdit::returnPressed, this, &CredentialForm::make);
    row->addWidget(made);
    return made;
  };
  initiator_ = line(new NameLine(this), tr("Initiator"), tr("Initiator of the new credential"), 220);
  target_ =
      line(new NameLine(this), tr("Target; nothing: all that have no other"), tr("Target of the new credential"), 240);
  mutual_ = new QCheckBox(tr("Mutual"), this);
  mutual_->setToolTip(tr("The target proves itself to the initiator too."));
  mutual_->setChecked(true);
  row->addWidget(mutual_);
  reason_ = line(new QLineEdit(this), tr("Why"), tr("Why the credential is made"), 180);
  ticket_ = line(new QLineEdit(this), tr("Ticket"), tr("Ticket of the credential"), 90);
  make_ = new QPushButton(tr("Make it"), this);
  make_->setProperty("role", QStringLiteral("primary"));
  connect(make_, &QPushButton::clicked, this, &CredentialForm::make);
  row->addWidget(make_);
  auto* leave = new QPushButton(tr("Leave"), this);
  leave->setShortcut(Qt::Key_Escape);
  connect(leave, &QPushButton::clicked, this, [this] {
    hide();
    emit left();
  });
  row->addWidget(leave);
  connect(&workspace, &Workspace::sourceChanged, this, [this] {
    hide();
    making_ = false;  // who has gone answers nothing
    for (QLineEdit* one : {static_cast<QLineEdit*>(initiator_), static_cast<QLineEdit*>(target_), reason_, ticket_})
      one->clear();
  });
}

void CredentialForm::follow() {
  const san::Snapshot& snapshot = workspace_.present()->snapshot();
  initiators_ = nodeNames(snapshot, false);
  targets_ = nodeNames(snapshot, true);
  initiator_->setKnown(initiators_.texts());
  target_->setKnown(targets_.texts());
}

void CredentialForm::open() {
  follow();
  stopped_ = {};
  const san::Snapshot& snapshot = workspace_.present()->snapshot();
  for (const san::ObjectRef& ref : workspace_.selection().objects()) {
    const auto* node = ref.kind == san::Kind::Node ? snapshot.get<san::Node>(ref.id) : nullptr;
    if (node == nullptr) continue;
    (node->target ? target_ : initiator_)->setText(QString::fromStdString(node->name));
  }
  show();
  initiator_->setFocus();
  look();
}

void CredentialForm::allow(const QString& why) {
  why_ = why;
  look();
}

void CredentialForm::look() {
  QString why = why_;
  if (why.isEmpty() && (initiator_->text().trimmed().isEmpty() || reason_->text().trimmed().isEmpty()))
    why = tr("Name the initiator, and write why.");
  if (why.isEmpty() && making_) why = tr("The credential is being made: wait for the answer.");
  console::allow(make_, why);
}

void CredentialForm::tell(const QString& title, const QString& detail, Notice::Level level) {
  workspace_.notices().tell({level, QStringLiteral("credential"), title, detail, {}, {}});
}

void CredentialForm::make() {
  if (!make_->isEnabled() || !workspace_.present()) return;
  const san::Snapshot& snapshot = workspace_.present()->snapshot();
  const auto nodeIn = [&](const NameLine* line, const KnownNames& names) {
    return san::nameOf(snapshot, names.find(line->text().trimmed()));
  };
  const auto wrong = [&](NameLine* line, const QString& what) {
    line->setFocus();
    tell(tr("No credential was made"), what, Notice::Level::Warning);
  };
  for (const auto& [line, names] : {std::pair(initiator_, &initiators_), std::pair(target_, &targets_)}) {
    const QString name = line->text().trimmed();
    if (names->isAmbiguous(name)) return wrong(line, names->whyNone(name));
  }
  const std::string initiator = nodeIn(initiator_, initiators_);
  const std::string target = nodeIn(target_, targets_);
  if (initiator.empty())
    return wrong(initiator_, tr("No initiator is called %1. Choose one of the list.").arg(initiator_->text()));
  if (target.empty() && !target_->text().trimmed().isEmpty())
    return wrong(target_,
                 tr("No target is called %1. Choose one of the list, or leave it empty.").arg(target_->text()));
  base::Json::Object body{
      {"initiator", initiator}, {"mutual", mutual_->isChecked()}, {"reason", reason_->text().trimmed().toStdString()}};
  if (!target.empty()) body.push_back({"target", target});
  const std::pair pair(initiator, target);
  const bool inSpite = stopped_ == pair;
  if (inSpite) body.push_back({"exception", reason_->text().trimmed().toStdString()});
  if (!ticket_->text().trimmed().isEmpty()) body.push_back({"ticket", ticket_->text().trimmed().toStdString()});
  making_ = true;
  look();
  workspace_.source()->ask(
      {mgmt::Route::MakeCredential, {}, {}, base::Json(std::move(body))}, this,
      [this, pair, inSpite](const Answer& answer) {
        making_ = false;
        look();
        if (!answer && !inSpite && canBeLifted(answer.error())) {
          stopped_ = pair;
          return tell(tr("No credential was made"),
                      tr("%1 To make it all the same, make it once more: what you wrote is kept as the reason.")
                          .arg(sentence(answer.error().detail)),
                      Notice::Level::Warning);
        }
        if (!answer)
          return workspace_.notices().tellDeed(tr("No credential was made"),
                                               tr("It is not known whether the credential was made"), answer.error());
        stopped_ = {};
        hide();
        reason_->clear();
        ticket_->clear();
        if (base::memberOf(*answer, "credential").isNull()) {
          tell(tr("The credential waits for approval"),
               tr("Change set %1 makes it when it is committed.").arg(base::numberOf(*answer, "change")),
               Notice::Level::Success);
        } else if (base::numberOf(*answer, "confirm_within") != 0) {
          tell(tr("The credential is made"),
               tr("It takes the place of another one: change set %1 is taken back unless somebody confirms it.")
                   .arg(base::numberOf(*answer, "change")),
               Notice::Level::Warning);
        } else {
          tell(tr("The credential is made"),
               tr("The server gives the secret to the agents of both ends. At a foreign end a person types it."),
               Notice::Level::Success);
        }
      });
}

}  // namespace console
