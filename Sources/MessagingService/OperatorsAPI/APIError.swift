import Messaging
import WebSocketProtocol

/// Why a request of an operator is not carried out.
///
/// Each is sent as `{"error": {"code": …, "message": …}}`, with the status that fits.
struct APIError: Error, Equatable {
  /// RFC 9110 §15.
  let status: HTTPStatus
  /// A word that programs can tell apart.
  let code: String
  /// A sentence for people.
  let message: String
  /// Fields that go with it.
  var fields = HTTPFields()

  init(_ status: HTTPStatus, _ code: String, _ message: String, _ fields: HTTPFields = .init()) {
    self.status = status
    self.code = code
    self.message = message
    self.fields = fields
  }

  /// As it is sent.
  var response: HTTPResponse {
    var response = HTTPResponse.json(
      status,
      ["error": ["code": .string(code), "message": .string(message)]]
    )
    for field in fields { response.fields.append(field.name, field.value) }
    return response
  }

  /// 401: the token is missing, or another one.
  static var unauthorized: APIError {
    APIError(
      .unauthorized,
      "unauthorized",
      "The API wants the admin token: Authorization: Bearer TOKEN.",
      ["WWW-Authenticate": "Bearer realm=\"sotto\""]
    )
  }

  /// 404: no such path.
  static var notFound: APIError {
    APIError(.notFound, "not_found", "There is nothing at this address of the API.")
  }

  /// 405: the path is there.
  static func methodNotAllowed(_ allowed: [String]) -> APIError {
    let list = allowed.joined(separator: ", ")
    return APIError(
      .methodNotAllowed,
      "method_not_allowed",
      "Only \(list) can be used here.",
      ["Allow": list]
    )
  }

  /// 400: what was sent is not what the API says.
  static func badRequest(_ message: String, code: ErrorCode = .badRequest) -> APIError {
    APIError(.badRequest, code.rawValue, message)
  }

  /// 415: the body is something else than JSON.
  static var unsupportedMediaType: APIError {
    APIError(
      .unsupportedMediaType,
      "unsupported_media_type",
      "The body must be JSON, with Content-Type: application/json."
    )
  }

  /// 409: the id has been used for another message.
  static var conflict: APIError {
    APIError(.conflict, "conflict", "This id has been used for another message.")
  }

  /// What the store could not do.
  static func store(_ error: StoreError) -> APIError {
    switch error {
    case .full:
      APIError(
        .insufficientStorage,
        ErrorCode.mailboxFull.rawValue,
        "The mailbox of the recipient is full."
      )
    case .unavailable:
      APIError(
        .serviceUnavailable,
        ErrorCode.unavailable.rawValue,
        "The store does not work at the moment; whether this was done is not known: try again."
      )
    }
  }

  /// 507: as many clients are blocked as may be.
  static var tooManyBlocks: APIError {
    APIError(
      .insufficientStorage,
      "too_many_blocks",
      "\(BlockList.maximumCount) clients are blocked, and no more can be."
    )
  }

  /// What the server makes of a body that it cannot read.
  static func body(_ error: HTTPError) -> APIError {
    if case .bodyTooLarge = error {
      return APIError(error.status, ErrorCode.tooLarge.rawValue, error.reason)
    }
    return APIError(error.status, ErrorCode.badRequest.rawValue, error.reason)
  }
}

extension HTTPResponse {
  /// A value as `application/json`, which nobody may keep.
  static func json(_ status: HTTPStatus = .ok, _ value: JSONValue) -> HTTPResponse {
    HTTPResponse(
      status: status,
      fields: ["Content-Type": "application/json", "Cache-Control": "no-store"],
      body: value.bytes
    )
  }
}
