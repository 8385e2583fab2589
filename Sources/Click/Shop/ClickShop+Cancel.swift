import Payments
import Specification

extension ClickShop {
    /// Click calls a payment off, whatever its reason.
    ///
    /// Source: click.md 1.9.
    func cancel(_ stored: Transaction, _ call: ClickCallback) async throws -> ClickReply {
        switch try await service.cancel(stored.key, reason: call.error, refundAllowed: false) {
        case .success: return ClickReply(.cancelled)
        case .failure(.refundRefused): return try await cancelPerformed(stored, call)
        case .failure(let rejection): return Self.reply(rejection)
        }
    }

    /// The payment is performed. `error` is not signed: before it is undone, Click itself is asked, if it can be.
    ///
    /// Source: click.md 1.3 (5), 1.9.
    private func cancelPerformed(_ stored: Transaction, _ call: ClickCallback) async throws -> ClickReply {
        guard accepts(call.error) else {
            return ClickReply(.alreadyPaid, anomaly: .cancelAfterPerformRefused)
        }
        if let reversals {
            do {
                switch try await reversals.standing(of: stored) {
                case .notPaid: break
                case .paid: return ClickReply(.alreadyPaid, anomaly: .cancelAfterPerformRefused)
                case .notFound where configuration.unconfirmedCancel == .accept: break
                case .notFound: return ClickReply(.alreadyPaid, anomaly: .cancelAfterPerformRefused)
                case .underWay: return ClickReply(.updateFailed, anomaly: .cancelAfterPerformRefused)
                }
            } catch let trouble as ClickAPIError {
                return ClickReply(.updateFailed, trouble: trouble)
            }
        }
        switch try await service.cancel(stored.key, reason: call.error) {
        case .success(let outcome) where outcome.isRepeat: return ClickReply(.cancelled)
        case .success: return ClickReply(.cancelled, anomaly: .cancelAfterPerformAccepted)
        case .failure(.refundRefused): return ClickReply(.alreadyPaid, anomaly: .cancelAfterPerformRefused)
        case .failure(let rejection): return Self.reply(rejection)
        }
    }

    private func accepts(_ error: Int64) -> Bool {
        switch configuration.cancelAfterPerform {
        case .deny: false
        case .accept: true
        case .suiteCompatible: error == specification.suiteCancel
        }
    }
}
