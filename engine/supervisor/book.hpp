// The lanes' Ledger: the journal, with subjects sealed, and what is told of each Record.
#pragma once

#include <span>

#include "journal/journal.hpp"
#include "lane/answer.hpp"
#include "lane/ledger.hpp"
#include "lane/rule.hpp"
#include "supervisor/seal.hpp"

namespace gatepost::supervisor {

class Book final : public lane::Ledger {
 public:
  Book(journal::Journal& journal, Seal seal) : journal_(journal), seal_(std::move(seal)) {}

  Result<RecordId> commit(Record record, Duration patience, const std::function<void()>& over) override {
    record.subject = seal_(record.subject);
    return journal_.commit(std::move(record), patience, over);
  }
  void post(Record record) override {
    record.subject = seal_(record.subject);
    journal_.post(std::move(record));
  }

 private:
  journal::Journal& journal_;
  const Seal seal_;
};

}  // namespace gatepost::supervisor
