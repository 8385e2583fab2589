import Logging
import Payments
import Specification
import Storage

/// Prepare and Complete, once a call is read: the signature first, then the checks in the order that click.md 1.6
/// recommends.
struct ClickShop: Sendable {
    let configuration: ClickConfiguration
    let specification: ClickSpecification
    let signature: ClickSignature
    let service: TransactionService
    /// Whether money that came twice can be given back.
    let reversals: ClickReversals?

    /// - Throws: what the service throws; nothing is known to be stored then.
    func reply(to call: ClickCallback) async throws -> ClickReply {
        guard call.serviceID == configuration.serviceID else { return ClickReply(.signCheckFailed) }
        let isComplete = call.action == specification.shopActions["complete"]
        // An action that nobody knows is hashed like Prepare.
        let parts = isComplete ? specification.completeSignature : specification.prepareSignature
        guard signature.admits(call.form["sign_string"] ?? "", parts, text: { call.form[$0] }) else {
            return ClickReply(.signCheckFailed)
        }
        if isComplete { return try await complete(call) }
        guard call.action == specification.shopActions["prepare"] else { return ClickReply(.actionNotFound) }
        return try await prepare(call)
    }

    /// The account as it is stored with a transaction, JSON text.
    static func account(_ call: ClickCallback) -> String {
        ClickAccount(call.merchantTransID).stored
    }

    func question(_ call: ClickCallback, _ purpose: AccountQuestion.Purpose = .create) -> AccountQuestion {
        AccountQuestion(
            gateway: ClickGateway.name, purpose: purpose, fields: ["merchant_trans_id": call.merchantTransID],
            reference: call.merchantTransID, amount: call.amount)
    }

    /// What a transaction that has ended, or is paid, answers to anything but a cancel.
    static func reply(_ state: TransactionState) -> ClickReply {
        state == .performed ? ClickReply(.alreadyPaid) : ClickReply(.cancelled)
    }

    /// What a refusal is called at Click.
    ///
    /// Source: click.md 1.5.
    static func reply(_ rejection: Rejection) -> ClickReply {
        switch rejection {
        case .orderNotFound: ClickReply(.orderNotFound)
        case .orderPaid: ClickReply(.alreadyPaid)
        case .orderNotPayable, .orderBusy, .expired: ClickReply(.orderUnavailable)
        case .refused(let refusal): ClickReply(.orderUnavailable, note: refusal.message?.ru)
        case .wrongAmount: ClickReply(.incorrectAmount)
        case .transactionNotFound: ClickReply(.transactionNotFound)
        case .refundRefused: ClickReply(.alreadyPaid)
        case .invalidState(.created): ClickReply(.badRequest)
        case .invalidState(let state): reply(state)
        }
    }
}
