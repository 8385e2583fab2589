import JSONRPC
import Payments
import Specification
import StrictJSON

/// The errors of `payme.openrpc.yaml` that the handlers raise, by their names there.
enum PaymeError: RPCErrorName {
    case wrongAmount = "WrongAmount"
    case transactionNotFound = "TransactionNotFound"
    case cannotCancel = "CannotCancel"
    case cannotPerform = "CannotPerform"
    case orderNotFound = "OrderNotFound"
    case orderNotPayable = "OrderNotPayable"
    case orderRefused = "OrderRefused"
    case orderBusy = "OrderBusy"
    case fiscalReceiptNotFound = "FiscalReceiptNotFound"
    case unauthorized = "Unauthorized"
    case notPost = "NotPost"

    static func names(_ errors: [PaymeError]) -> Set<RPCErrorName> { Set(errors.map(\.rawValue)) }
}

extension PaymeMethods {
    /// What a rejection is called at Payme.
    ///
    /// Source: payme.md 2.4, 3.8.
    func failure(_ rejection: Rejection) -> RPCFailure {
        switch rejection {
        case .orderNotFound(let field): accountFailure(.orderNotFound, field: field)
        case .orderPaid, .orderNotPayable: accountFailure(.orderNotPayable)
        case .orderBusy: accountFailure(.orderBusy)
        case .refused(let refusal): accountFailure(.orderRefused, field: refusal.field, words: refusal.message)
        case .wrongAmount: RPCFailure(PaymeError.wrongAmount.rawValue)
        case .transactionNotFound: RPCFailure(PaymeError.transactionNotFound.rawValue)
        case .invalidState, .expired: RPCFailure(PaymeError.cannotPerform.rawValue)
        case .refundRefused(let refusal):
            RPCFailure(PaymeError.cannotCancel.rawValue, message: refusal.message.map(LocalizedText.init))
        }
    }

    /// The same for CreateTransaction, where a setting decides about an order that another transaction holds.
    func createFailure(_ rejection: Rejection) -> RPCFailure {
        switch (rejection, configuration.busyOrderError) {
        case (.orderBusy, .unable), (.orderPaid, .unable), (.orderNotPayable, .unable):
            RPCFailure(PaymeError.cannotPerform.rawValue)
        default: failure(rejection)
        }
    }

    private func accountFailure(
        _ error: PaymeError, field: String? = nil, words: Refusal.Message? = nil
    ) -> RPCFailure {
        RPCFailure(
            error.rawValue, data: .string(field ?? configuration.accountField),
            message: words.map(LocalizedText.init))
    }
}

extension LocalizedText {
    init(_ message: Refusal.Message) {
        self.init(ru: message.ru, uz: message.uz, en: message.en)
    }
}
