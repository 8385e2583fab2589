/// The methods that the simulated Payme calls.
///
/// Source: payme.md 3, 4.
enum PaymeMethod: String, Sendable, CaseIterable {
    case checkPerform = "CheckPerformTransaction"
    case create = "CreateTransaction"
    case perform = "PerformTransaction"
    case cancel = "CancelTransaction"
    case check = "CheckTransaction"
    case statement = "GetStatement"
    case fiscalData = "SetFiscalData"

    /// Whether it changes something, so that Payme repeats it when no answer comes. Source: payme.md 1.1.
    var changes: Bool { [.create, .perform, .cancel].contains(self) }

    /// The text that explains a good answer.
    var goodKey: String {
        switch self {
        case .checkPerform: "say_check_ok"
        case .create: "say_create_ok"
        case .perform: "say_perform_ok"
        case .cancel: "say_cancel_ok"
        case .check: "say_show_ok"
        case .statement: "say_statement_ok"
        case .fiscalData: "say_fiscal_ok"
        }
    }
}
