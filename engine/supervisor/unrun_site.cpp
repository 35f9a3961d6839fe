#include "supervisor/unrun_site.hpp"

#include <system_error>

#include "runtime/policy_replay.hpp"
#include "supervisor/equipment.hpp"
#include "supervisor/redacted.hpp"

namespace gatepost::supervisor {
namespace {

/// The Host that an object was checked with, which makes nothing; what Records carry for a subject is that of the site.
class UnrunHost final : public Host {
 public:
  UnrunHost(std::shared_ptr<Host> checked, Pseudonymizer pseudonymizer, const Clock& clock)
      : checked_(std::move(checked)), pseudonymizer_(std::move(pseudonymizer)), clock_(clock) {}

  void log(Severity severity, std::string_view event, std::string_view text) override {
    checked_->log(severity, event, text);
  }
  void alarm_begins(std::string_view, const Error&) override {}
  void alarm_ends(std::string_view) override {}
  const Clock& clock() const override { return clock_; }
  Result<std::filesystem::path> data_folder() override { return checked_->data_folder(); }
  std::string pseudonym(std::string_view subject) const override { return pseudonymizer_(subject); }
  Result<BoardPlugin> board(std::string_view scheme) override { return checked_->board(scheme); }
  Result<std::unique_ptr<FileWatch>> watch(WatchedFile file, FileReading read) override {
    return checked_->watch(std::move(file), std::move(read));
  }

 private:
  const std::shared_ptr<Host> checked_;
  const Pseudonymizer pseudonymizer_;
  const Clock& clock_;
};

}  // namespace

Result<const Pseudonymizer*> UnrunSite::pseudonymizer() {
  if (!pseudonymizer_) {
    auto made = Pseudonymizer::make(site_->journal);
    if (!made) return made.error();
    pseudonymizer_ = std::make_unique<Pseudonymizer>(std::move(*made));
  }
  return pseudonymizer_.get();
}

Result<std::shared_ptr<const CredentialFormat>> UnrunSite::format(const std::string& name) {
  auto& built = formats_[name];
  if (built) return built;
  const auto pseudonymizer = this->pseudonymizer();
  if (!pseudonymizer) return pseudonymizer.error();
  const auto& use = *find_use(site_->credentials, name);
  const config::Redaction redaction(use);
  auto format = use.plugin->make.credential(use.values,
                                            {use.instance.name, use.instance.directory,
                                             std::make_shared<UnrunHost>(use.instance.host, **pseudonymizer, *clock_)});
  if (!format) return redaction(format.error());
  built = redacted(std::move(*format), redaction);
  return built;
}

Result<std::shared_ptr<runtime::SharedPolicy>> UnrunSite::policy(const std::string& name) {
  auto& built = policies_[name];
  if (built) return built;
  const auto pseudonymizer = this->pseudonymizer();
  if (!pseudonymizer) return pseudonymizer.error();
  const auto& use = *find_use(site_->policies, name);
  const config::Redaction redaction(use);
  auto policy =
      use.plugin->make.policy(use.values, {use.instance.name, use.instance.directory,
                                           std::make_shared<UnrunHost>(use.instance.host, **pseudonymizer, *clock_)});
  if (!policy) return redaction(policy.error());
  auto shared = std::make_shared<runtime::SharedPolicy>(name, redacted(std::move(*policy), redaction));
  std::error_code ignored;
  if (knows_ == Knows::journal && std::filesystem::exists(site_->journal.file, ignored))
    if (auto taught = runtime::PolicyReplay::teach(shared, site_->journal.file, clock_->wall()); !taught)
      return taught.error();
  built = std::move(shared);
  return built;
}

Result<runtime::Parts> UnrunSite::parts_of(const config::Lane& lane) {
  runtime::Parts parts{.clock = clock_};
  for (const auto& name : lane.credentials) {
    auto format = this->format(name);
    if (!format) return format.error();
    parts.formats.push_back({name, std::move(*format)});
  }
  for (const auto& name : lane.policies) {
    auto policy = this->policy(name);
    if (!policy) return policy.error();
    parts.policies.push_back(std::move(*policy));
  }
  return parts;
}

}  // namespace gatepost::supervisor
