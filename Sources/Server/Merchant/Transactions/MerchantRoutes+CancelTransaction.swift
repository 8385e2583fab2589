import Payments
import Pledg
import Storage

extension MerchantRoutes {
    /// `POST /transactions/{id}/cancel`: 1 → -1, through the door that gateways use; whoever is first has it.
    func cancelTransaction(_ call: MerchantCall) async throws -> MerchantAnswer {
        try RequestChecks.fields(RequestChecks.optionalObject(call.body), known: [])
        guard let id = Int64(plain: call.id), let stored = try await read({ try $0.transaction(id: id) }) else {
            throw Problem.noTransaction
        }
        // What one member's payment secures, the others rely on.
        guard !PledgGateway.isOwnOrder(stored.orderID) else { throw Problem.managedPayment }
        if stored.state == .created, let ended = try await withdraw(stored) {
            // A payment that came before wins. A bank that does not answer is asked again: the wish is stored.
            guard [.created, .cancelled].contains(ended.state) else { throw Problem.performed }
            // Not an end yet: the same request later tells how it stands then.
            return MerchantAnswer(body: Self.bytes(ended), isKept: ended.state == .created)
        }
        // The payer may have been debited already, and only the payment system knows.
        guard await mayCallOff(stored) else { throw Problem.paymentUnderWay }
        let answer = try await service.cancel(
            stored.key, reason: cancelReason, refundAllowed: false, actor: Self.actor
        ) { transaction, sql in
            try call.ticket?.keep(MerchantAnswer(body: Self.bytes(transaction)), in: sql)
        }
        switch answer {
        case .success(let outcome):
            return MerchantAnswer(body: Self.bytes(outcome.transaction), isKept: !outcome.isRepeat)
        case .failure(.refundRefused): throw Problem.performed
        case .failure(let rejection): throw rejection
        }
    }

    /// On whose word, for the journal.
    static let actor = "merchant"
}
