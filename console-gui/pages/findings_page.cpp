#include "console-gui/pages/findings_page.h"

#include <QAbstractItemView>
#include <QApplication>
#include <QClipboard>
#include <QComboBox>
#include <QHeaderView>
#include <QLabel>
#include <QLineEdit>
#include <QMenu>
#include <QPushButton>
#include <QSplitter>
#include <QTextBrowser>
#include <QTreeView>
#include <QVBoxLayout>

#include "console-gui/client/time_now.h"
#include "console-gui/client/tr.h"
#include "console-gui/model/finding_deeds.h"
#include "console-gui/model/kind_words.h"
#include "console-gui/model/sentences.h"
#include "console-gui/pages/finding_detail.h"
#include "console-gui/widgets/ask_strip.h"
#include "console-gui/widgets/flow_layout.h"
#include "console-gui/widgets/level_delegate.h"
#include "console-gui/widgets/page_parts.h"

namespace console {
namespace {

constexpr int kUsualDays = 90;  // of a waiver

QString text(std::string_view words) { return QString::fromUtf8(words.data(), static_cast<qsizetype>(words.size())); }

san::ObjectRef aboutOf(const san::Finding& finding) {
  if (finding.subject) return finding.subject;
  return finding.objects.empty() ? san::ObjectRef{} : finding.objects.front();
}

// Which one, in a few words: the same rule has found others too.
QString nameOf(const san::Snapshot& snapshot, const san::Finding& finding) {
  const san::ObjectRef about = aboutOf(finding);
  return about ? QStringLiteral("%1 (%2)").arg(text(finding.rule), titled(snapshot, about)) : text(finding.rule);
}

}  // namespace

FindingsPage::FindingsPage(Workspace& workspace, QWidget* parent) : Page(workspace, PageId::Findings, parent) {
  auto* page = pageColumn(this);
  auto* top = new QHBoxLayout;
  top->setSpacing(2 * kSpace);
  top->addWidget(titleLabel(tr("Findings"), this));
  counts_ = mutedLabel({}, this);
  top->addWidget(counts_, 1, Qt::AlignBottom);
  page->addLayout(top);
  page->addWidget(makeFilters());

  auto* left = new QWidget(this);
  auto* column = columnOf(left);
  treeView_ = treeOf(&tree_, tr("Findings by rule and cause"), left);
  treeView_->setItemDelegateForColumn(FindingTree::Severity, new LevelDelegate(treeView_));
  treeView_->header()->setSectionResizeMode(FindingTree::What, QHeaderView::Stretch);
  treeView_->header()->setStretchLastSection(false);
  for (const auto& [section, width] : {std::pair{FindingTree::Severity, 100}, std::pair{FindingTree::Count, 84},
                                       std::pair{FindingTree::Since, 104}, std::pair{FindingTree::State, 76}}) {
    treeView_->header()->resizeSection(section, width);
  }
  whenChosen(treeView_, this, [this] {
    const QModelIndex chosen = chosenIn(*treeView_);
    if (choosing_ || !chosen.isValid()) return;
    const san::RuleRow* rule = tree_.ruleOf(chosen);
    const san::Finding* finding = tree_.findingOf(chosen);
    const std::string rulesKey = rule == nullptr ? std::string() : std::string(rule->id);
    const std::string causeKey = finding == nullptr ? std::string() : finding->cause;
    // A question is about what was shown until now.
    if (rulesKey != rulesKey_ || causeKey != causeKey_) ask_->leave();
    rulesKey_ = rulesKey;
    causeKey_ = causeKey;
    showChosen();
  });
  // Enter and a double click inspect: the object that it is about becomes the selection of all pages.
  connect(treeView_, &QTreeView::activated, this, [this](const QModelIndex& index) {
    const san::Finding* finding = tree_.findingOf(index);
    if (finding == nullptr)
      return treeView_->setExpanded(index.siblingAtColumn(0), !treeView_->isExpanded(index.siblingAtColumn(0)));
    if (const san::ObjectRef about = aboutOf(*finding)) this->workspace().selection().select(about);
  });
  column->addWidget(treeView_, 1);
  empty_ = mutedLabel({}, left);
  empty_->setWordWrap(true);
  empty_->setAlignment(Qt::AlignTop | Qt::AlignLeft);
  column->addWidget(empty_, 1);
  page->addWidget(panesOf(Qt::Horizontal, {{left, 3, 960}, {makeDetail(), 2, 440}}, this), 1);
  connect(&workspace.draft(), &Draft::changed, this, &FindingsPage::refreshMarks);
  // Rich text keeps the colours with which it was set.
  connect(&ThemeHolder::instance(), &ThemeHolder::changed, this, [this] {
    detail_->setProperty("shown", QString());
    refreshMarks();
  });
}

QWidget* FindingsPage::makeFilters() {
  auto* part = new QWidget(this);
  auto* row = new QHBoxLayout(part);
  row->setContentsMargins(0, 0, 0, 0);
  row->setSpacing(kSpace);
  const auto combo = [&](const QString& name) {
    auto* made = new QComboBox(part);
    made->setAccessibleName(name);
    made->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    row->addWidget(made);
    return made;
  };
  severity_ = combo(tr("Severity at least"));
  severity_->setMinimumContentsLength(16);
  severity_->addItem(tr("Any severity"), 0);
  for (int i = 1; i <= static_cast<int>(san::Severity::Critical); ++i) {
    const QString word = severityWord(static_cast<san::Severity>(i));
    severity_->addItem(
        i == static_cast<int>(san::Severity::Critical) ? tr("Only %1").arg(word) : tr("At least %1").arg(word), i);
  }
  state_ = combo(tr("State"));
  state_->setMinimumContentsLength(12);
  state_->addItem(tr("Open"), static_cast<int>(FindingFilter::State::Open));
  state_->addItem(tr("Waived"), static_cast<int>(FindingFilter::State::Waived));
  state_->addItem(tr("Open and waived"), static_cast<int>(FindingFilter::State::All));
  rule_ = combo(tr("Rule"));
  rule_->setMinimumContentsLength(16);
  rule_->addItem(tr("Every rule"), QStringList());
  for (const san::RuleRow& rule : san::kRuleTable)
    rule_->addItem(text(rule.id) + QStringLiteral("  ") + tableText(rule.title), QStringList(text(rule.id)));
  // The open list shows whole titles; closed, the field leaves the room to what is typed beside it.
  rule_->view()->setMinimumWidth(rule_->view()->sizeHintForColumn(0) + 3 * kSpace);
  words_ = new QLineEdit(part);
  words_->setPlaceholderText(tr("Type a part of a finding"));
  words_->setAccessibleName(tr("Part of a finding"));
  words_->setClearButtonEnabled(true);
  row->addWidget(words_, 1);
  for (QComboBox* one : {severity_, state_, rule_})
    connect(one, &QComboBox::currentIndexChanged, this, &FindingsPage::applyFilter);
  connect(words_, &QLineEdit::textChanged, this, &FindingsPage::applyFilter);
  return part;
}

QWidget* FindingsPage::makeDetail() {
  auto* part = new QWidget(this);
  auto* column = columnOf(part);
  heading_ = headingLabel({}, part);
  heading_->setWordWrap(true);
  column->addWidget(heading_);
  detail_ = detailText(tr("What the finding says"), workspace().selection(), part);
  column->addWidget(detail_, 1);
  ask_ = new AskStrip(workspace(), part);
  column->addWidget(ask_);
  auto* row = new FlowLayout;
  mend_ = new QPushButton(tr("Mend as draft"), part);
  mend_->setProperty("role", QStringLiteral("primary"));
  connect(mend_, &QPushButton::clicked, this, &FindingsPage::mendChosen);
  waive_ = new QPushButton(tr("Waive..."), part);
  connect(waive_, &QPushButton::clicked, this, &FindingsPage::waiveChosen);
  copy_ = new QPushButton(tr("Copy as sanctl command"), part);
  auto* commands = new QMenu(copy_);
  commands->addAction(tr("Show it"), this, [this] { copy(&showCommand); });
  commands->addAction(tr("Mend it"), this, [this] { copy(&mendCommand); });
  commands->addAction(tr("Waive it"), this, [this] { copy(&waiveCommand); });
  copy_->setMenu(commands);
  row->addWidget(mend_);
  row->addWidget(waive_);
  row->addStretch();
  row->addWidget(copy_);
  column->addLayout(row);
  return part;
}

san::Seconds FindingsPage::now() const { return workspace().shownTime(); }

void FindingsPage::showRules(const QStringList& rules) {
  int at = 0;
  for (int i = 1; i < rule_->count() && !rules.isEmpty(); ++i) {
    if (rule_->itemData(i).toStringList() == rules) at = i;
  }
  const QSignalBlocker quiet(rule_);
  // Of several rules: an entry of its own, at the end, which the next one replaces.
  while (rule_->count() > static_cast<int>(san::kRuleTable.size()) + 1) rule_->removeItem(rule_->count() - 1);
  if (at == 0 && !rules.isEmpty()) {
    rule_->addItem(tr("%n rules", nullptr, static_cast<int>(rules.size())) + QStringLiteral(": ") +
                       rules.join(QStringLiteral(", ")),
                   rules);
    at = rule_->count() - 1;
  }
  rule_->setCurrentIndex(at);
  severity_->setCurrentIndex(0);
  state_->setCurrentIndex(0);
  words_->clear();
  applyFilter();
  treeView_->expandAll();
}

void FindingsPage::applyFilter() {
  FindingFilter filter;
  filter.atLeast = static_cast<san::Severity>(severity_->currentData().toInt());
  filter.rules = rule_->currentData().toStringList();
  filter.state = static_cast<FindingFilter::State>(state_->currentData().toInt());
  filter.words = words_->text();
  choosing_ = true;
  tree_.setFilter(filter, workspace().filter());
  choosing_ = false;
  if (isVisible()) refreshMarks();
}

void FindingsPage::refresh(const ViewPtr& view) {
  const bool first = tree_.rowCount() == 0;
  choosing_ = true;
  tree_.setView(view, now(), workspace().filter());
  choosing_ = false;
  if (first) treeView_->expandToDepth(0);
}

void FindingsPage::refreshMarks() {
  const ViewPtr& view = workspace().shown();
  if (!view || !isVisible()) return;
  choosing_ = true;
  tree_.setFilter(tree_.filter(), workspace().filter());
  const QModelIndex at = tree_.indexOf(rulesKey_, causeKey_);
  if (at.isValid() && chosenIn(*treeView_).siblingAtColumn(0) != at) treeView_->setCurrentIndex(at);
  choosing_ = false;

  if (!view->findings) {
    counts_->setText(tr("The rules are being evaluated"));
  } else {
    QString counts = tr("%1 open, %2 waived").arg(view->findings->open()).arg(view->findings->waived());
    if (tree_.shown() != view->findings->list.size())
      counts += QStringLiteral("; ") + tr("%1 shown").arg(tree_.shown());
    if (view->findingsRevision != view->revision())
      counts += QStringLiteral("; ") + tr("of revision %1, the newer one is being judged").arg(view->findingsRevision);
    counts_->setText(counts);
  }
  const bool none = tree_.rowCount() == 0;
  treeView_->setVisible(!none);
  empty_->setVisible(none);
  if (none) {
    empty_->setText(!view->findings ? tr("The rules are being evaluated. Findings show here in a moment.")
                    : view->findings->list.empty()
                        ? tr("The rules have found nothing. They see only what is registered, declared and reported.")
                        : tr("Nothing that is so: %n findings are hidden by the severity, the state, the rule, the "
                             "words or the filter of all pages.",
                             nullptr, static_cast<int>(view->findings->list.size())));
  }
  showChosen();
}

const san::Finding* FindingsPage::chosen() const { return tree_.findingOf(tree_.indexOf(rulesKey_, causeKey_)); }

void FindingsPage::showChosen() {
  const san::RuleRow* rule = san::findRule(rulesKey_);
  const san::Finding* finding = chosen();
  if (rule == nullptr || (finding == nullptr && !causeKey_.empty())) {
    heading_->setText(tr("No finding is chosen"));
    lastHtml_ =
        QStringLiteral("<p>%1</p>")
            .arg(coloredHtml(
                Token::TextMuted,
                tr("Choose a finding at the left: what it means, what shows it, and what would end it is told here.")));
  } else {
    heading_->setText(text(rule->id) + QStringLiteral("  ") + tableText(rule->title));
    lastHtml_ =
        finding == nullptr ? ruleHtml(*rule) : findingHtml(workspace().shown()->snapshot(), *finding, *rule, now());
  }
  // The place of who reads stays.
  if (detail_->property("shown").toString() != lastHtml_) {
    detail_->setHtml(lastHtml_);
    detail_->setProperty("shown", lastHtml_);
  }
  allow(mend_, whyNoMend(), tr("Puts the edits that would end it into the draft, to look at what they do."));
  allow(waive_, whyNoWaive(), tr("Accepts it until a day, for a reason."));
  allow(copy_, finding == nullptr ? tr("Choose a finding.") : QString());
  emit possibilitiesChanged();
}

QString FindingsPage::whyNoMend() const {
  const san::Finding* finding = chosen();
  if (finding == nullptr) return tr("Choose a finding.");
  if (finding->mend.edits.empty()) return tr("No change set can end it by itself. What to do is told above.");
  return workspace().whyNoEdit();
}

QString FindingsPage::whyNoWaive() const {
  const san::Finding* finding = chosen();
  if (finding == nullptr) return tr("Choose a finding.");
  if (!finding->open()) return tr("It is waived already.");
  if (const QString why = workspace().whyNot("finding.waive"); !why.isEmpty()) return why;
  return workspace().whyNoEdit();
}

void FindingsPage::mendChosen() {
  const san::Finding* finding = chosen();
  if (finding == nullptr || !whyNoMend().isEmpty()) return;
  const QString deed = tr("Mend %1: %2").arg(text(finding->rule), sentence(finding->text));
  if (!workspace().editOfPresent(deed, finding->mend.edits)) return;
  workspace().notices().tell({Notice::Level::Success, QStringLiteral("mend"), tr("The mend is in the draft"),
                              tr("Nothing has changed yet: look at what it does, then submit it."),
                              tr("Show the draft"), [&shared = workspace()] { shared.go(PageId::Zoning); },
                              &workspace()});
}

void FindingsPage::waiveChosen() {
  const san::Finding* asked = chosen();
  if (asked == nullptr || !whyNoWaive().isEmpty()) return;
  const QString name = nameOf(workspace().shown()->snapshot(), *asked);
  ask_->askUntil(
      tr("Why is %1 accepted?").arg(name), tr("Waive"), today().addDays(kUsualDays),
      [this, name, finding = *asked](const QString& reason, QDate until) {
        const auto expires = static_cast<san::Seconds>(until.endOfDay().toSecsSinceEpoch());
        const QString deed = tr("Waive %1 until %2").arg(name, until.toString(Qt::ISODate));
        if (!workspace().editOfPresent(deed, waiverEdits(finding, reason.toStdString(), expires))) return;
        workspace().notices().tell({Notice::Level::Success, QStringLiteral("mend"), tr("The waiver is in the draft"),
                                    tr("The finding counts until the draft is committed."), tr("Show the draft"),
                                    [&shared = workspace()] { shared.go(PageId::Zoning); }, &workspace()});
      });
}

void FindingsPage::copy(QString (*command)(const san::Snapshot&, const san::Finding&)) {
  if (const san::Finding* finding = chosen())
    QApplication::clipboard()->setText(command(workspace().shown()->snapshot(), *finding));
}

}  // namespace console
