import Payments
import Specification
import Storage
import Synchronization

extension PixCharges {
    /// Calls a charge off: at the bank first, then here. A payment that came before wins.
    ///
    /// The wish is stored at once; if the bank does not answer, ``advanceDue()`` goes on.
    /// - Parameter actor: on whose word, for the journal.
    /// - Returns: the charge as it stands now; nil if there is none of that id.
    public func cancel(_ id: String, actor: String) async throws -> PixChargeView? {
        guard let view = try await find(id) else { return nil }
        guard view.transaction.state == .created else { return view }
        let now = context.now
        try await context.store.engine.write { sql in
            try PixCharge.cancel(view.charge.transactionID, by: actor, at: now, in: sql)
        }
        return try await step(id)
    }

    /// Lets a charge be paid until later or earlier, seconds since its creation. The bank's word counts.
    ///
    /// - Returns: the charge as it stands now; nil if there is none of that id.
    /// - Throws: ``PixBankError`` if the bank did not say so: what it has is seen at the next look.
    public func revise(_ id: String, expirySeconds: Int64) async throws -> Result<PixChargeView, PixChargeRefusal>? {
        guard let view = try await find(id) else { return nil }
        let limits = context.specification.limits
        guard limits.expirySeconds.contains(expirySeconds) else { return .failure(.expiry(limits.expirySeconds)) }
        guard view.status == .pending, view.charge.cancelledBy == nil else {
            return .failure(.order(.invalidState(view.transaction.state)))
        }
        if let bank = context.bank, view.charge.provider != .static {
            let known = try await bank.revise(view.charge.txid, expirySeconds: expirySeconds)
            try await refresh(view.charge, view.transaction, known, bank)
        } else {
            let end = view.charge.createdAt + expirySeconds * 1_000
            try await context.store.engine.write { sql in
                guard var charge = try PixCharge.find(id: id, in: sql), charge.cancelledBy == nil,
                    try SQLPaymentSession(sql: sql).transaction(id: charge.transactionID)?.state == .created
                else { return }
                (charge.expirySeconds, charge.expiresAt) = (expirySeconds, end)
                charge.revision += 1
                try charge.update(nil, dueAt: end + 1, in: sql)
            }
            context.onDue(.charges)
            context.onChange(id)
        }
        return try await find(id).map { .success($0) }
    }

    /// Asks the bank about a charge now: a notice came, or somebody wants to know.
    ///
    /// - Returns: the charge as it stands then; nil if there is none of that id.
    public func step(_ id: String) async throws -> PixChargeView? {
        let charge = try await context.store.engine.read(.point) { try PixCharge.find(id: id, in: $0) }
        guard let charge else { return nil }
        _ = try await advanceOrPostpone(charge)
        context.onDue(.charges)
        return try await find(id)
    }

    /// Somebody looks at the page: for the next minute the bank is asked more often. Costs nothing but memory.
    public func watch(_ id: String) {
        guard context.bank != nil else { return }
        let isFirst = watched.withLock { watched in
            defer { watched.open(id, at: context.now) }
            return watched.isEmpty
        }
        if isFirst { context.onDue(.charges) }
    }

    /// Asks about the charges that are being looked at, with at most half of what the bank allows.
    ///
    /// - Returns: when to ask again, milliseconds; nil: nobody looks.
    func askForWatched() async throws -> Int64? {
        guard let rate = context.bank?.callsPerMinute, rate > 0 else { return nil }
        let now = context.now
        let limit = Int(max(1, rate * WatchedPages.pauseMilliseconds / 120_000))
        let (ids, isEmpty) = watched.withLock { ($0.take(limit, at: now), $0.isEmpty) }
        for id in ids where !Task.isCancelled {
            let charge = try await context.store.engine.read(.point) { try PixCharge.find(id: id, in: $0) }
            guard let charge, charge.standing == .active else {
                if charge?.standing != .unsent { watched.withLock { $0.close(id) } }
                continue
            }
            if let wait = try await advanceOrPostpone(charge) { return wait }
        }
        return isEmpty ? nil : max(WatchedPages.pauseMilliseconds, 120_000 / rate)
    }
}
