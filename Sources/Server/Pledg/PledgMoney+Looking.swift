import Click
import Payments
import Pix
import Pledg
import YooKassa

extension PledgMoney {
    /// Asks whoever may know more than we do.
    ///
    /// Source: pledg.md 8.3, 9.2
    func lookAgain(_ transaction: Transaction) async throws -> ShareLook {
        switch transaction.key.gateway {
        case PixGateway.name:
            guard let pix, let charge = try await pix.charges.find(transactionID: transaction.id),
                let (view, isAnswered) = try await pix.charges.ask(charge.charge.id)
            else { return .unknown }
            return look(view.transaction, otherwise: isAnswered ? .unpaid : .unknown)
        case YooKassaGateway.name:
            guard let yookassa, let payment = try await yookassa.payments.find(transactionID: transaction.id),
                let (view, isKeptOff) = try await yookassa.payments.ask(payment.payment.id)
            else { return .unknown }
            if isKeptOff { return .keptOff }
            return look(view.transaction, otherwise: view.status == .review ? .unknown : .unpaid)
        case ClickGateway.name:
            guard let click, let now = try await service.find(id: transaction.id) else { return .unknown }
            guard now.state == .created else { return .settled }
            // If Click says that it was paid, Complete is on its way.
            return await click.mayCallOff(now) ? .unpaid : .unknown
        default:
            // Nobody but its own call says that it is paid, and that comes to us.
            return look(try await service.find(id: transaction.id), otherwise: .unpaid)
        }
    }

    private func look(_ transaction: Transaction?, otherwise: ShareLook) -> ShareLook {
        guard let transaction, transaction.state == .created,
            transaction.phase != Transaction.authorizedPhase
        else { return .settled }
        return otherwise
    }

    /// A payment at YooKassa cannot be called off while its payer may pay it: the wish would take what he pays from him
    /// again, and the group would not have it.
    func callOffAtOnce(_ transaction: Transaction) async throws {
        guard transaction.key.gateway != YooKassaGateway.name else { return }
        try await callOff(transaction)
    }

    /// Calls off what nobody waits for; what its gateway does not let go of stays, and goes back if it comes.
    func callOff(_ transaction: Transaction) async throws {
        guard let now = try await service.find(id: transaction.id), now.state == .created else { return }
        switch now.key.gateway {
        case PixGateway.name:
            guard let pix, let view = try await pix.charges.find(transactionID: now.id) else { return }
            _ = try await pix.charges.cancel(view.charge.id, actor: Self.actor)
        case YooKassaGateway.name:
            guard let yookassa, let view = try await yookassa.payments.find(transactionID: now.id) else { return }
            _ = try await yookassa.payments.cancel(view.payment.id, actor: Self.actor)
        case ClickGateway.name:
            guard await click?.mayCallOff(now) == true else { return }
            _ = try await service.cancel(now.key, reason: cancelReason, refundAllowed: false, actor: Self.actor)
        default:
            _ = try await service.cancel(now.key, reason: cancelReason, refundAllowed: false, actor: Self.actor)
        }
    }
}
