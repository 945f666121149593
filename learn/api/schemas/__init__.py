"""What the API takes and tells, as pydantic models; the description is made of them."""
