import Logging
import Payments
import Specification
import Storage

extension PixPayouts {
    /// How long a payout may be under way until somebody should look, milliseconds.
    private static let stuckMilliseconds: Int64 = 3 * 86_400_000
    /// How long the bank is taken to remember a key. Later than that the same payout might be sent a second time.
    private static let keyMilliseconds: Int64 = 86_400_000
    /// Longer than a call can take, with every wait in it.
    static let callMilliseconds: Int64 = 90_000

    /// - Returns: how long the bank takes no call, milliseconds; nil: it does.
    func advance(_ payout: PixPayout, _ bank: any PixBank) async throws -> Int64? {
        guard payout.state == .created else { return nil }
        guard payout.step == .asked, let code = payout.bankCode else { return try await ask(payout, bank) }
        return try await look(payout, code, bank)
    }

    private func ask(_ payout: PixPayout, _ bank: any PixBank) async throws -> Int64? {
        if payout.step == .unknown, context.now - unknownSince(payout) >= Self.keyMilliseconds {
            try await giveUp(payout, bank)
            return nil
        }
        // Durable before the call: after a crash nobody else knows that it may have been sent. Due only when the call
        // must have ended, and not for somebody who read it before: nobody is to send it beside this one.
        var claimed = payout
        claimed.step = .unknown
        claimed.firstUnknownAt = payout.step == .unknown ? unknownSince(payout) : context.now
        claimed.attempts += 1
        guard try await replace(payout, with: claimed, dueAt: context.now + Self.callMilliseconds) else { return nil }
        switch await Self.answer(to: claimed, bank) {
        case .success(let answer):
            // Accepted is not paid: only the bank's later word says so.
            var next = claimed
            (next.step, next.attempts, next.attention) = (.asked, 0, nil)
            (next.bankCode, next.bankStatus) = (answer.code, answer.statusWord)
            next.firstUnknownAt = payout.firstUnknownAt
            try await replace(claimed, with: next, dueAt: context.now + 6_000)
        case .failure(let error) where Self.isNotSent(error):
            // What was known before still holds.
            var next = claimed
            (next.step, next.firstUnknownAt) = (payout.step, payout.firstUnknownAt)
            return try await postpone(claimed, next, error)
        case .failure(let error) where Self.isRefusal(error):
            guard payout.step == .unknown else {
                try await end(claimed, claimed, .cancelled, error.description)
                return nil
            }
            try await refusedAfterUnknown(claimed, error, bank)
        case .failure(let error):
            return try await postpone(claimed, claimed, error)
        }
        return nil
    }

    /// Rows of an older program do not say.
    private func unknownSince(_ payout: PixPayout) -> Int64 { payout.firstUnknownAt ?? payout.requestedAt }

    private static func answer(
        to payout: PixPayout, _ bank: any PixBank
    ) async -> Result<PixBankPayout, PixBankError> {
        let order = PixPayoutOrder(
            requestKey: payout.requestKey, amount: payout.amount, key: payout.key, description: payout.description)
        do throws(PixBankError) {
            let answer = try await bank.pay(order)
            guard answer.code != nil else { throw .unknown("the answer does not say how to find it") }
            return .success(answer)
        } catch {
            return .failure(error)
        }
    }

    private static func isNotSent(_ error: PixBankError) -> Bool {
        switch error {
        case .busy, .notSent, .refused(status: 401, _, _): true
        case .refused, .notFound, .unknown: false
        }
    }

    /// Another status that is no yes proves nothing.
    ///
    /// Source: pix.md 5.2
    private static func isRefusal(_ error: PixBankError) -> Bool {
        switch error {
        case .refused(let status, _, _): [400, 403, 422].contains(status)
        case .notFound: true
        case .busy, .notSent, .unknown: false
        }
    }

    /// That the bank refuses a repeat says nothing about what it made of the first: it may have been carried out.
    private func refusedAfterUnknown(_ claimed: PixPayout, _ error: PixBankError, _ bank: any PixBank) async throws {
        if case .success(true) = try await adoptFromStatement(claimed, bank) { return }
        var next = claimed
        next.attention = .refusedAfterUnknown
        let dueAt = context.now + pause(claimed)
        guard try await replace(claimed, with: next, dueAt: dueAt, note: error.description) else { return }
        guard claimed.attention == nil else { return }
        alarm(next, "the bank refuses a payout that it may have sent before: look for it in the bank's site", error)
    }

    /// The bank may have forgotten the key: asked once more, it might send a second time.
    private func giveUp(_ payout: PixPayout, _ bank: any PixBank) async throws {
        switch try await adoptFromStatement(payout, bank) {
        case .success(true): return
        case .failure(.busy(let milliseconds)):
            _ = try await postpone(payout, payout, .busy(milliseconds: milliseconds))
            return
        case .success(false), .failure: break
        }
        var next = payout
        (next.attention, next.attempts) = (.outcomeUnknown, payout.attempts + 1)
        guard try await replace(payout, with: next, dueAt: nil, note: "not asked for any more") else { return }
        alarm(
            next, "nobody knows whether a payout was sent, and it is not repeated: look for it in the bank's site", nil)
    }

    private func alarm(_ payout: PixPayout, _ message: Logger.Message, _ error: PixBankError?) {
        context.onAnomaly(.payoutUnknown)
        context.logger.error(
            message, metadata: ["reference": "\(payout.reference)", "cause": "\(error.map(\.description) ?? "")"])
    }

    private func look(_ payout: PixPayout, _ code: String, _ bank: any PixBank) async throws -> Int64? {
        let answer: PixBankPayout
        do throws(PixBankError) {
            answer = try await bank.payout(code)
        } catch {
            return try await postpone(payout, payout, error)
        }
        var next = payout
        next.bankStatus = answer.statusWord
        guard Self.isSame(answer, payout) else {
            try await otherPayout(payout, answer)
            return nil
        }
        next.e2eID = answer.e2eID ?? payout.e2eID
        switch answer.status {
        case .paid: try await end(payout, next, .performed, nil)
        case .failed: try await end(payout, next, .cancelled, answer.errors.joined(separator: "; "))
        case .waiting, nil:
            if answer.status == nil { context.onAnomaly(.unknownStatus) }
            next.attempts += 1
            let dueAt = context.now + pause(payout)
            if try await replace(payout, with: next, dueAt: dueAt), isStuck(payout) { context.onAnomaly(.payoutStuck) }
        }
        return nil
    }

    /// What the bank does not say is not held against it, nor a key in a form that is none.
    private static func isSame(_ answer: PixBankPayout, _ payout: PixPayout) -> Bool {
        guard answer.amount ?? payout.amount == payout.amount else { return false }
        guard let key = answer.key, let read = try? PixKey(key) else { return true }
        return read.text == payout.key
    }

    /// Somebody has to look: it is told of once, and left as it is.
    private func otherPayout(_ payout: PixPayout, _ answer: PixBankPayout) async throws {
        var next = payout
        (next.attention, next.bankStatus, next.attempts) = (.otherPayout, answer.statusWord, payout.attempts + 1)
        guard payout.attention == nil,
            try await replace(payout, with: next, dueAt: nil, note: "the bank has another payout under its key")
        else { return }
        alarm(next, "the bank has another payout under this one's reference, and has not sent this one", nil)
    }

    func end(_ payout: PixPayout, _ result: PixPayout, _ state: TransactionState, _ errors: String?) async throws {
        var next = result
        (next.state, next.step, next.endedAt, next.attention) = (state, .ended, context.now, nil)
        next.errors = errors.map { BankWords.masked($0, limit: 500) }
        guard try await replace(payout, with: next, dueAt: nil), state == .cancelled else { return }
        context.onAnomaly(.payoutFailed)
        context.logger.error(
            "a payout failed: nothing was sent",
            metadata: ["reference": "\(payout.reference)", "status": "\(payout.bankStatus ?? "")"])
    }

    /// - Returns: false: somebody else has moved it since it was read, and nothing was stored.
    @discardableResult
    func replace(
        _ payout: PixPayout, with next: PixPayout, dueAt: Int64?, note: String? = nil
    ) async throws -> Bool {
        try await context.store.engine.write { try payout.replace(with: next, dueAt: dueAt, note: note, in: $0) }
    }

    /// 6 seconds, 12, 24 … up to ten minutes.
    private func pause(_ payout: PixPayout) -> Int64 {
        min(PixPayout.longestPause, Int64(6_000) << min(max(payout.attempts, 0), 8))
    }

    private func isStuck(_ payout: PixPayout) -> Bool { context.now - payout.requestedAt > Self.stuckMilliseconds }

    /// - Parameters:
    ///   - payout: as it stands.
    ///   - result: what is known of it now.
    /// - Returns: how long the bank takes no call, milliseconds; nil: it does.
    private func postpone(_ payout: PixPayout, _ result: PixPayout, _ error: PixBankError) async throws -> Int64? {
        var (next, busy) = (result, Int64?.none)
        if case .busy(let milliseconds) = error { busy = milliseconds } else { next.attempts += 1 }
        let dueAt = context.now + max(1, busy ?? pause(payout))
        guard try await replace(payout, with: next, dueAt: dueAt, note: error.description) else { return busy }
        if isStuck(payout) { context.onAnomaly(.payoutStuck) }
        context.logger.log(
            level: isStuck(payout) ? .error : .warning, "a payout is not done yet, it will be looked at again",
            metadata: [
                "reference": "\(payout.reference)", "attempt": "\(next.attempts)", "cause": "\(error.description)",
            ])
        return busy
    }
}
