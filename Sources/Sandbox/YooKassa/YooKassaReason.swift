/// Why a payment was canceled.
///
/// Source: yookassa.md 15.
public enum YooKassaReason: String, Sendable, CaseIterable {
    case internalTimeout = "internal_timeout"
    case issuerUnavailable = "issuer_unavailable"
    case rejectedByTimeout = "rejected_by_timeout"
    case insufficientFunds = "insufficient_funds"
    case limitExceeded = "payment_method_limit_exceeded"
    case generalDecline = "general_decline"
    case callIssuer = "call_issuer"
    case secureFailed = "3d_secure_failed"
    case identificationRequired = "identification_required"
    case expiredOnConfirmation = "expired_on_confirmation"
    case permissionRevoked = "permission_revoked"
    case cardExpired = "card_expired"
    case restricted = "payment_method_restricted"
    case invalidCardNumber = "invalid_card_number"
    case invalidCSC = "invalid_csc"
    case fraudSuspected = "fraud_suspected"
    case countryForbidden = "country_forbidden"
    case unsupportedOperator = "unsupported_mobile_operator"
    case loanDeclined = "loan_declined"
    case loanDeclinedByPayer = "loan_declined_by_payer"
    case loanExpired = "loan_application_expired"
    case canceledByMerchant = "canceled_by_merchant"
    case expiredOnCapture = "expired_on_capture"
    case dealExpired = "deal_expired"

    /// Who stopped it, unless a card says otherwise.
    var party: YooKassaParty {
        switch self {
        case .canceledByMerchant: .merchant
        case .internalTimeout, .identificationRequired, .expiredOnConfirmation, .permissionRevoked, .countryForbidden,
            .unsupportedOperator, .expiredOnCapture, .dealExpired, .loanExpired:
            .yooMoney
        default: .paymentNetwork
        }
    }
}

/// Who canceled a payment or a refund.
public enum YooKassaParty: String, Sendable {
    case merchant
    case yooMoney = "yoo_money"
    case paymentNetwork = "payment_network"
    case refundNetwork = "refund_network"
}

/// Why a refund was canceled.
///
/// Source: yookassa.md 11.
public enum YooKassaRefundReason: String, Sendable, CaseIterable {
    case insufficientFunds = "insufficient_funds"
    case rejectedByTimeout = "rejected_by_timeout"
    case generalDecline = "general_decline"
    case rejectedByPayee = "rejected_by_payee"
    case accountClosed = "yoo_money_account_closed"

    var party: YooKassaParty {
        switch self {
        case .insufficientFunds, .accountClosed: .yooMoney
        default: .refundNetwork
        }
    }
}
