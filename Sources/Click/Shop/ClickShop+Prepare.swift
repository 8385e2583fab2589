import Payments

extension ClickShop {
    /// May this order be paid, and under which of our numbers? Opens the transaction.
    ///
    /// Source: click.md 1.5 to 1.7, 1.10, 4.
    func prepare(_ call: ClickCallback) async throws -> ClickReply {
        if call.isCancel { return try await cancelAttempt(call) }
        let account = ClickAccount(call.merchantTransID, paydocID: call.paydocID)
        return try await open(call.key, account, question(call))
    }

    /// Opens the transaction of an attempt, or answers what became of it; both of Click's contracts do it so.
    func open(
        _ key: TransactionKey, _ account: ClickAccount, _ question: AccountQuestion
    ) async throws -> ClickReply {
        let now = service.clock.now
        let reservation = configuration.reservationMilliseconds
        let command = CreateCommand(
            key: key, externalTime: now, account: account.stored, question: question, deadline: nil,
            holdsOrderFromCreation: false, yieldsToAttemptsSince: reservation > 0 ? now - reservation : nil,
            isSameAccount: ClickAccount.isSameStored)
        switch try await service.create(command) {
        case .success(let outcome):
            return ClickReply(.success, transactionID: outcome.transaction.id)
        case .failure(.invalidState(.created)):
            // The attempt is known, and it was for something else.
            let stored = try await service.find(key)
            let isSame = stored.map { ClickAccount.isSame($0.account, account.merchantTransID) } ?? false
            return ClickReply(isSame ? .incorrectAmount : .badRequest)
        case .failure(.orderPaid):
            // -4 says that this attempt is paid. One that lost its order is refused otherwise, and stays as it is: its
            // money may have been taken already, and then Complete gives it back.
            let stored = try await service.find(key)
            return stored?.state == .created ? ClickReply(.cancelled) : ClickReply(.alreadyPaid)
        case .failure(let rejection):
            return Self.reply(rejection)
        }
    }

    /// Click calls off an attempt that it may never have prepared.
    ///
    /// Source: click.md 4 (Prepare, error<0).
    private func cancelAttempt(_ call: ClickCallback) async throws -> ClickReply {
        guard let stored = try await service.find(call.key) else { return ClickReply(.cancelled) }
        guard ClickAccount.isSame(stored.account, call.merchantTransID) else { return ClickReply(.badRequest) }
        return try await cancel(stored, call)
    }
}
