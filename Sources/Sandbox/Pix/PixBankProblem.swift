import StrictJSON

/// The bank says no, in the central bank's form of error.
///
/// Source: pix.md 3.7.
struct PixBankProblem: Error {
    enum Kind: String {
        case requisicaoInvalida = "RequisicaoInvalida"
        case cobOperacaoInvalida = "CobOperacaoInvalida"
        case cobConsultaInvalida = "CobConsultaInvalida"
        case pixConsultaInvalida = "PixConsultaInvalida"
        case pixDevolucaoInvalida = "PixDevolucaoInvalida"
        case webhookOperacaoInvalida = "WebhookOperacaoInvalida"
        case acessoNegado = "AcessoNegado"
        case naoEncontrado = "NaoEncontrado"
        case cobNaoEncontrado = "CobNaoEncontrado"
        case pixNaoEncontrado = "PixNaoEncontrado"
        case pixDevolucaoNaoEncontrada = "PixDevolucaoNaoEncontrada"
        case webhookNaoEncontrado = "WebhookNaoEncontrado"
        case erroInterno = "ErroInternoDoServidor"
        case indisponivel = "ServicoIndisponivel"
        case tempoEsgotado = "IndisponibilidadePorTempoEsgotado"

        var status: Int {
            switch self {
            case .requisicaoInvalida, .cobOperacaoInvalida, .cobConsultaInvalida, .pixConsultaInvalida,
                .pixDevolucaoInvalida, .webhookOperacaoInvalida:
                400
            case .acessoNegado: 403
            case .naoEncontrado, .cobNaoEncontrado, .pixNaoEncontrado, .pixDevolucaoNaoEncontrada,
                .webhookNaoEncontrado:
                404
            case .erroInterno: 500
            case .indisponivel: 503
            case .tempoEsgotado: 504
            }
        }
    }

    struct Violation {
        let razao: String
        let propriedade: String
    }

    let kind: Kind
    let detail: String
    var violations: [Violation] = []

    init(_ kind: Kind, _ detail: String, at propriedade: String? = nil) {
        self.kind = kind
        self.detail = detail
        if let propriedade { violations = [Violation(razao: detail, propriedade: propriedade)] }
    }

    var json: JSONValue {
        var object: JSONObject = [
            "type": .string("https://pix.bcb.gov.br/api/v2/error/\(kind.rawValue)"),
            "title": .string(Self.title(kind.status)), "status": .integer(Int64(kind.status)),
            "detail": .string(detail),
        ]
        if !violations.isEmpty { object["violacoes"] = listed }
        return .object(object)
    }

    /// Inter's own form, without a type. Source: pix.md 4.5.
    /// - Parameter status: the HTTP status; nil: that of the kind.
    func banking(_ status: Int? = nil) -> PixBankReply {
        let status = status ?? kind.status
        var object: JSONObject = ["title": .string(Self.title(status)), "detail": .string(detail)]
        if !violations.isEmpty { object["violacoes"] = listed }
        return PixBankReply(status, .object(object))
    }

    private var listed: JSONValue {
        .array(violations.map { ["razao": .string($0.razao), "propriedade": .string($0.propriedade)] })
    }

    static func title(_ status: Int) -> String {
        switch status {
        case 400, 422: "Requisição inválida"
        case 401: "Não autorizado"
        case 403: "Acesso negado"
        case 404: "Não encontrado"
        case 429: "Muitas requisições"
        default: "Serviço indisponível"
        }
    }
}
