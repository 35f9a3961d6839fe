#include "scheduler.hpp"

#include <sys/mman.h>
#include <sys/single_threaded.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <new>
#include <utility>

namespace gatepost::interleaving {
namespace {

constexpr std::uint64_t most_steps = 100'000;
constexpr std::size_t remembered = 50;

// Global, for functions that are called by name find it nowhere else.
constinit Scheduler* current = nullptr;
constinit bool inside = false;

// One for each thread of a run, kept for the next.
std::uintptr_t stack_of(std::size_t thread, std::size_t stack_size) {
  static const std::uintptr_t all = [stack_size] {
    void* mapped = ::mmap(nullptr, stack_size * most_threads, PROT_READ | PROT_WRITE,
                          MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (mapped == MAP_FAILED) std::abort();
    return reinterpret_cast<std::uintptr_t>(mapped);
  }();
  return all + thread * stack_size;
}

Memory& memory() {
  static Memory kept;  // large, and forgotten in no time
  return kept;
}

}  // namespace

Scheduler* running() { return current; }

Inside::Inside(const void* frame) : scheduler_(inside ? nullptr : current) {
  if (scheduler_ == nullptr) return;
  inside = true;
  scheduler_->stands_at(frame);
}

Inside::~Inside() {
  if (scheduler_ != nullptr) inside = false;
}

Scheduler::Scheduler(std::uint64_t seed) : strategy_(seed), memory_(memory()) { memory_.forget(); }
Scheduler::~Scheduler() = default;

// ---- Its threads

std::optional<Failure> Scheduler::run(std::function<void()> body) {
  __libc_single_threaded = 0;  // else libstdc++ leaves out what only threads need
  body_ = std::move(body);
  create([](void*) -> void* { return current->body_(), nullptr; }, nullptr);
  current = this;
  inside = true;
  ::swapcontext(&outside_, &here().context);
  inside = false;
  current = nullptr;
  return std::move(failure_);
}

std::size_t Scheduler::create(Start start, void* argument) {
  const std::size_t number = threads_.size();
  if (number == most_threads) fail("more threads than " + std::to_string(most_threads));
  Thread& thread = *threads_.emplace_back(std::make_unique<Thread>());
  thread.start = start;
  thread.argument = argument;
  thread.stack = stack_of(number, stack_size);
  thread.frame = thread.stack + stack_size;
  if (number > 0) {
    thread.known = here().known;
    here().known.advance(current_);
  }
  thread.known.advance(number);
  ::getcontext(&thread.context);
  thread.context.uc_stack.ss_sp = reinterpret_cast<void*>(thread.stack);  // NOLINT(performance-no-int-to-ptr): mmap's
  thread.context.uc_stack.ss_size = stack_size;
  ::makecontext(&thread.context, &Scheduler::begin, 0);
  return number;
}

void Scheduler::begin() { current->work(); }

void Scheduler::work() {
  inside = false;
  void* result = here().start(here().argument);
  inside = true;
  Thread& self = here();
  self.result = result;
  self.frame = self.stack + stack_size;
  for (const auto& other : threads_)
    if (other->state == State::joins && other->event.object == &self) other->state = State::ready;
  sleep(State::ended, {current_, "end", nullptr, nullptr}, {});
}

void* Scheduler::join(std::size_t number) {
  const Thread& other = *threads_.at(number);
  if (other.state != State::ended) sleep(State::joins, {current_, "join", &other, here().event.caller}, {});
  here().known.learn(other.known);
  return other.result;
}

// ---- Who is next

void Scheduler::point(const Event& event) {
  if (event.object != nullptr) check_alive(reinterpret_cast<std::uintptr_t>(event.object));
  here().event = event;
  if (++steps_ > most_steps) fail("no end after " + std::to_string(most_steps) + " steps");
  go_on();
  note(event);
}

void Scheduler::yield() {
  strategy_.yields(current_);
  point({current_, "yield", nullptr, nullptr});
}

void Scheduler::sleep(State state, const Event& event, std::optional<Time> until) {
  Thread& self = here();
  self.state = state;
  self.event = event;
  self.until = until;
  self.came_in_time = true;
  note(event);
  go_on();
}

void Scheduler::go_on() {
  end_some_wait();
  const std::size_t next = choose();
  if (next == current_) return;
  if (next == threads_.size()) ::setcontext(&outside_);
  Thread& self = here();
  const int error = errno;
  current_ = next;
  ::swapcontext(&self.context, &here().context);
  errno = error;
}

// Nobody: all have ended.
std::size_t Scheduler::choose() {
  while (true) {
    std::array<std::size_t, most_threads> ready{};
    std::size_t count = 0, ended = 0;
    for (std::size_t i = 0; i < threads_.size(); ++i) {
      if (threads_[i]->state == State::ready) ready.at(count++) = i;
      if (threads_[i]->state == State::ended) ++ended;
    }
    if (count > 0) return strategy_.pick(std::span(ready).first(count), current_);
    if (ended == threads_.size()) return ended;
    let_time_pass();
  }
}

void Scheduler::let_time_pass() {
  const auto next = soonest();
  if (!next) fail("deadlock: nobody can run");
  if (time_check_ && !was_busy_)
    if (std::string wrong = time_check_(*threads_[*next]->until); !wrong.empty()) fail(std::move(wrong));
  const Time until = *threads_[*next]->until;
  for (const auto& thread : threads_)
    if (thread->state == State::waits && thread->until && *thread->until <= std::max(now_, until)) time_out(*thread);
}

std::optional<std::size_t> Scheduler::soonest() const {
  std::optional<std::size_t> next;
  for (std::size_t i = 0; i < threads_.size(); ++i)
    if (threads_[i]->state == State::waits && threads_[i]->until &&
        (!next || threads_[i]->until < threads_[*next]->until))
      next = i;
  return next;
}

void Scheduler::time_out(Thread& thread) {
  now_ = std::max(now_, *thread.until);
  thread.came_in_time = false;
  thread.state = State::ready;
}

// A machine may be so busy that a wait ends by its time while others could still run; and a wait may end for nothing.
void Scheduler::end_some_wait() {
  if (strategy_.is_busy() && strategy_.one_in(200))
    if (const auto next = soonest()) {
      was_busy_ = true;
      time_out(*threads_[*next]);
    }
  if (!strategy_.one_in(400)) return;
  Thread& thread = *threads_[strategy_.below(threads_.size())];
  if (thread.state == State::waits && thread.event.object != nullptr) thread.state = State::ready;
}

// ---- What is told

void Scheduler::note(const Event& event) {
  const std::uint64_t operation = static_cast<unsigned char>(event.operation[0]);
  hash_ = (hash_ ^ (current_ + operation * most_threads)) * 0x100000001b3;  // FNV-1a
  last_.push_back(event);
  if (last_.size() > remembered && !is_traced) last_.pop_front();
}

void Scheduler::fail(std::string what, const void* other) {
  inside = true;
  constexpr std::array states{"could run", "waits", "waits", "waits", "has ended"};
  failure_ = Failure{"thread " + std::to_string(current_) + " " + std::move(what), other, last()};
  for (const auto& thread : threads_)
    failure_->threads.push_back({thread->event,
                                 states.at(static_cast<std::size_t>(thread->state)),
                                 {thread->calls.rbegin(), thread->calls.rend()}});
  ::setcontext(&outside_);
  std::abort();
}

}  // namespace gatepost::interleaving
