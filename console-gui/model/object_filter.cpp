#include "console-gui/model/object_filter.h"

#include <algorithm>

#include "console-gui/model/sentences.h"
#include "shared/san/filter_reach.h"

namespace console {

void ObjectFilter::setView(const ViewPtr& view) {
  view_ = view;
  if (state_ != State::Empty) match();
}

void ObjectFilter::setText(const QString& text) {
  if (text == text_) return;
  text_ = text;
  match();
  emit changed();
}

bool ObjectFilter::meets(san::ObjectRef ref) const { return !isActive() || std::ranges::binary_search(matched_, ref); }

void ObjectFilter::match() {
  matched_.clear();
  message_.clear();
  state_ = State::Empty;
  if (text_.trimmed().isEmpty()) return;
  auto filter = san::Filter::parse(text_.toStdString());
  const auto wrong = [&](const san::FilterError& error) {
    state_ = State::Wrong;
    message_ = sentence(error.hint.empty() ? error.text : error.text + " " + error.hint);
  };
  if (!filter) return wrong(filter.error());
  filter_ = std::move(*filter);
  state_ = State::Holds;
  if (!view_) return;
  const san::SanIndex& index = *view_->index;
  san::FilterHooks hooks;
  hooks.isActive = [&index](san::Id domain) { return index.isActive(domain); };
  hooks.hostOf = [&index](san::Id node) { return index.hostOf(node); };
  hooks.reaches = san::reachesIn(index);
  hooks.search = view_->search.get();
  const auto matcher = san::FilterMatcher::bind(filter_, view_->snapshot(), hooks);
  if (!matcher) return wrong(matcher.error());
  for (const std::string& note : matcher->notes()) message_ += sentence(note) + QLatin1Char(' ');
  matched_ = matcher->all();
  std::ranges::sort(matched_);
}

}  // namespace console
